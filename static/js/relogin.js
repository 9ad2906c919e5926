// A session that ended under a half-filled form: log in again in a dialog, and nothing typed is lost.
// The new log-in has a new CSRF token, which every form and request of the page then takes.

(() => {
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  let waiting = null;

  const fields = (html) => new DOMParser().parseFromString(html, "text/html");
  const tokenIn = (page) => page.querySelector("[name=csrfmiddlewaretoken]")?.value;

  function ended(answer) {
    return answer.redirected && new URL(answer.url).pathname === loginPath();
  }

  const loginPath = () => document.querySelector("meta[name=login]")?.content;

  // Resolves to true once the officer is logged in again; one dialog, however many requests ask for it.
  function relogin() {
    const dialog = document.getElementById("relogin");
    if (!dialog?.showModal) return Promise.resolve(false);
    waiting ||= new Promise((resolve) => {
      dialog.addEventListener("close", () => { waiting = null; resolve(dialog.returnValue === "in"); }, { once: true });
      dialog.returnValue = "";
      dialog.showModal();
      dialog.querySelector("input[type=password]").focus();
    });
    return waiting;
  }

  async function attempt(dialog) {
    const form = dialog.querySelector("form");
    const note = dialog.querySelector("[data-relogin-error]");
    const page = fields(await (await fetch(loginPath())).text());
    const body = new FormData(form);
    body.set("csrfmiddlewaretoken", tokenIn(page) || "");
    const answer = await fetch(loginPath(), { method: "POST", body });
    const words = answer.redirected ? "" : fields(await answer.text()).querySelector("#login-error, .jh-note")?.textContent.trim();
    if (!answer.redirected) { note.hidden = false; note.lastElementChild.textContent = words || "没有登录成功，请再试。"; return; }
    const fresh = tokenIn(fields(await (await fetch(window.location.href, { headers: { "X-Background": "1" } })).text()));
    if (fresh) renew(fresh);
    form.reset();
    note.hidden = true;
    dialog.close("in");
  }

  function renew(token) {
    $$("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  }

  document.addEventListener("DOMContentLoaded", () => {
    const dialog = document.getElementById("relogin");
    if (!dialog) return;
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      attempt(dialog).catch(() => window.jinhu.toast("网络断开，请稍后再试。", "warn"));
    });
    dialog.querySelector("[data-relogin-later]").addEventListener("click", () => dialog.close("later"));
  });

  // A part of the page that asks for itself is answered with an order to go to the log-in; the page stays.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const target = event.detail.xhr.getResponseHeader("HX-Redirect");
    if (!target?.startsWith(loginPath())) return;
    event.preventDefault();
    relogin();
  });

  window.jinhu = Object.assign(window.jinhu || {}, { relogin, sessionEnded: ended });
})();
