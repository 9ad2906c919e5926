// What every page does: toasts, keyboard, confirmation, no double sending, appearance, menus.
// No inline script is allowed, so behaviour hangs on data- attributes.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// ---- toasts ----
function toast(text, kind = "ok") {
  const box = $("#toasts");
  const template = $(`#toast-${kind}`) || $("#toast-ok");
  if (!box || !template) return;
  const made = template.content.firstElementChild.cloneNode(true);
  $("p", made).textContent = text;
  box.append(made);
  armToast(made);
}

function armToast(element) {
  const gone = () => element.remove();
  $("button", element)?.addEventListener("click", gone);
  // A warning stays until it is read; a success leaves by itself unless the pointer rests on it.
  if (element.matches(".warn, .fix")) return;
  let timer = setTimeout(gone, 8000);
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => { timer = setTimeout(gone, 3000); });
}

window.jinhu = Object.assign(window.jinhu || {}, { toast });

// ---- appearance ----
const THEMES = { auto: "跟随系统", light: "浅色", dark: "深色", contrast: "高对比" };

function readTheme() {
  try { return localStorage.getItem("theme") || "auto"; } catch { return "auto"; }
}

function showTheme(wish) {
  if (!document.documentElement.dataset.look) window.jinhu.wear(wish);
  $$("[data-theme-name]").forEach((name) => { name.textContent = `外观：${THEMES[wish]}`; });
}

function armTheme() {
  showTheme(readTheme());
  for (const wish of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
    matchMedia(wish).addEventListener("change", () => showTheme(readTheme()));
  }
  $$("[data-theme-next]").forEach((button) => button.addEventListener("click", () => {
    const order = Object.keys(THEMES);
    const next = order[(order.indexOf(readTheme()) + 1) % order.length];
    try { next === "auto" ? localStorage.removeItem("theme") : localStorage.setItem("theme", next); } catch { /* for this page only */ }
    showTheme(next);
  }));
}

// ---- menus close when one looks elsewhere ----
document.addEventListener("click", (event) => {
  $$("details.jh-menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

// ---- one press, one effect ----
function busy(form, button) {
  form.dataset.sent = "1";
  $$("button[type=submit], button:not([type])", form).forEach((other) => other.setAttribute("aria-disabled", "true"));
  button?.setAttribute("aria-busy", "true");
}

function free(form) {
  delete form.dataset.sent;
  $$("button", form).forEach((button) => { button.removeAttribute("aria-disabled"); button.removeAttribute("aria-busy"); });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.matches("[data-many]")) return;
  // A file comes, the page stays.
  if (event.submitter?.matches("[data-download]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  const question = event.submitter?.dataset.confirm || form.dataset.confirm;
  if (question && !form.dataset.confirmed) {
    event.preventDefault();
    ask(question, event.submitter).then((yes) => {
      if (!yes) return;
      form.dataset.confirmed = "1";
      form.requestSubmit(event.submitter || undefined);
    });
    return;
  }
  if (!form.matches("[hx-post]")) busy(form, event.submitter);
});

// The page may come back from the browser's memory with its buttons still switched off.
addEventListener("pageshow", () => $$("form[data-sent]").forEach(free));

// ---- confirmation ----
function ask(question, button) {
  const dialog = $("#confirm");
  if (!dialog?.showModal) return Promise.resolve(window.confirm(question));
  const act = button?.textContent.trim() || "继续";
  $("#confirm-title").textContent = `${act}？`;
  $("#confirm-text").textContent = question;
  $("#confirm-yes").textContent = act;
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.returnValue = "";
  });
}

// ---- keyboard ----
const ASKING = "dialog[open]:not(.jh-panel)"; // something that waits for an answer

const writing = (element) => element?.matches?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") {
    $$("details.jh-menu[open]").forEach((menu) => {
      if (menu.contains(document.activeElement)) $("summary", menu).focus();
      menu.open = false;
    });
    if (helpPanel()?.open) { event.preventDefault(); closeHelp(); }
    return;
  }
  if (writing(event.target) || $(ASKING)) return;
  if (event.key === "/" && $("#find")) { event.preventDefault(); $("#find").focus(); $("#find").select(); }
  if (event.key === "?") $("#keys")?.showModal?.();
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
});

function move(step) {
  const links = $$("[data-row-link]");
  // Where one thing fills the page, the keys go on to the next one.
  if (!links.length) { $(step > 0 ? "[data-go-next]" : "[data-go-previous]")?.click(); return; }
  const at = links.indexOf(document.activeElement);
  const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

// ---- small things on the page ----
function arm(root = document) {
  $$("[data-focus]", root).filter((element) => !element.closest("[data-sample]")).forEach((element) => element.focus());

  $$("[data-copy]", root).forEach((button) => button.addEventListener("click", () => {
    const whole = button.dataset.copy;
    button.textContent = whole;
    button.classList.add("full");
    navigator.clipboard?.writeText(whole).then(() => toast("已复制完整的校验值"), () => {});
  }));

  $$("[data-reveal]", root).forEach((button) => button.addEventListener("click", () => {
    const input = document.getElementById(button.dataset.reveal);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.querySelector("span").textContent = shown ? "显示" : "隐藏";
  }));

  $$("[data-print]", root).forEach((button) => button.addEventListener("click", () => window.print()));

  // What was asked for is ready: fetched once, and not again when the page is read anew.
  $$("[data-fetch]", root).forEach((part) => {
    history.replaceState(null, "", location.pathname);
    location.assign(part.dataset.fetch);
  });

  $$("form[data-auto]", root).forEach((form) => form.addEventListener("change", () => form.requestSubmit()));

  // Fields that only matter after a certain answer: <div data-when="urgent=on">.
  // "?late_reason" waits until the summary beside the form asks for it with data-asks.
  $$("[data-when]", root).forEach((part) => {
    if (part.dataset.when.startsWith("?")) return;
    const [name, wanted] = part.dataset.when.split("=");
    const form = part.closest("form");
    const update = () => {
      delete part.dataset.off; // how the page began
      const answers = new FormData(form).getAll(name).map(String);
      const given = answers.length ? answers : [""]; // an unticked box gives no answer
      part.hidden = wanted === undefined ? given.every((value) => !value) : !given.includes(wanted);
      part.parentElement.classList.toggle("one", Boolean(part.parentElement.matches(".jh-row2") && part.parentElement.querySelector(":scope > [hidden]")));
    };
    form.addEventListener("change", update);
    update();
  });

  const line = $("[data-summary-line]");
  const words = $("[data-summary-text]");
  if (line && words) line.textContent = words.textContent;
  showAsked();
}

// Entries that wait until the summary beside the form asks for them; what was typed into one stays in sight.
function showAsked() {
  const asked = new Set($$("[data-asks]").flatMap((part) => part.dataset.asks.split(" ")));
  $$('[data-when^="?"]').forEach((part) => {
    const filled = $$("input, textarea, select", part).some((entry) => entry.value.trim());
    delete part.dataset.off;
    part.hidden = !filled && !asked.has(part.dataset.when.slice(1));
  });
}

// ---- paper: what is folded up on the screen is open on it ----
addEventListener("beforeprint", () => $$("main details:not([open], .jh-menu)").forEach((part) => { part.open = true; part.dataset.folded = "1"; }));
addEventListener("afterprint", () => $$("[data-folded]").forEach((part) => { part.open = false; delete part.dataset.folded; }));

// ---- help beside the page: one goes on typing, and nothing typed is touched ----
const helpPanel = () => $("#help");

function closeHelp() {
  helpPanel().close();
  document.body.classList.remove("has-help");
  $(".jh-help")?.focus();
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "help-text" || helpPanel().open) return;
  // On a phone it covers the page, and therefore is a dialog that holds the focus.
  if (matchMedia("(max-width: 767px)").matches) helpPanel().showModal(); else helpPanel().show();
  document.body.classList.add("has-help");
  $("#help-title").focus();
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-help-close]")) closeHelp(); });

// ---- htmx ----
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) arm(event.target); });
// A page in the background asks for nothing, and nothing is replaced under a question. The worklist: live.js.
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.detail.elt;
  const polled = part.getAttribute("hx-trigger")?.startsWith("every") && !part.matches("[data-live]");
  if (polled && (document.hidden || $(ASKING))) event.preventDefault();
});
// The session ended meanwhile: the log-in page must not appear inside a part of this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const login = $("meta[name=login]")?.content;
  if (!login || new URL(event.detail.xhr.responseURL).pathname !== login) return;
  event.detail.shouldSwap = false;
  if ($("#relogin")) window.jinhu.relogin();
  else window.location.reload();
});
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 409) toast(saidBy(event.detail.xhr) || "事项刚被他人办理，请刷新本页查看。", "warn");
  else if (status >= 500) toast("系统暂时没有回应，内容未改动。", "warn");
});
function saidBy(request) {
  try { return JSON.parse(request.responseText).message; } catch { return ""; }
}

// Which file was chosen, in our words; the browser's own speak its language.
document.addEventListener("change", (event) => {
  const said = event.target.closest?.(".jh-file")?.querySelector("[data-chosen]");
  if (said) said.textContent = [...event.target.files].map((file) => file.name).join("、") || "还没有选择文件";
});

// A row of links that is wider than the screen begins at the one that is chosen.
document.addEventListener("DOMContentLoaded", () => {
  for (const link of document.querySelectorAll(".jh-tabs [aria-current], .jh-filter [aria-current]")) {
    const row = link.parentElement;
    if (row.scrollWidth > row.clientWidth) row.scrollLeft = link.offsetLeft - row.offsetLeft - 24;
  }
});

document.addEventListener("htmx:sendError", () => toast("网络断开，正在等待恢复。", "warn"));

document.addEventListener("DOMContentLoaded", () => {
  armTheme();
  $$("#toasts .jh-toast").forEach(armToast);
  arm();
});
