// Keeps what is typed every few seconds. "已保存 10:32"; amber while it cannot be kept, and tried again.
// The server answers {revision, saved_at}; 409 means that another window kept something newer.

(() => {
  const PAUSE = 2500;
  const RETRY = 8000;

  function arm(form) {
    const marks = [...document.querySelectorAll("[data-saved]")];
    let revision = form.dataset.revision || "0";
    let timer, running = false, again = false, stopped = false;
    // After a refused submission the page shows what was sent, which may be newer than what was kept.
    let last = form.hasAttribute("data-refused") ? "" : fingerprint(form);

    const show = (words, lost) => marks.forEach((mark) => {
      mark.classList.toggle("lost", Boolean(lost));
      mark.hidden = false;
      mark.querySelector("span").textContent = words;
      mark.querySelector("svg")?.toggleAttribute("hidden", Boolean(lost));
    });

    const later = (wait = PAUSE) => { if (!stopped) { clearTimeout(timer); timer = setTimeout(save, wait); } };

    async function save() {
      if (form.dataset.sent || stopped) return;
      if (running) { again = true; return; }
      const now = fingerprint(form);
      if (now === last) return;
      running = true;
      const body = window.jinhu.entries(form);
      body.set("revision", revision);
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { Accept: "application/json" } });
        if (window.jinhu.sessionEnded?.(answer)) {
          show("登录已过期，内容还没有保存", true);
          if (await window.jinhu.relogin()) { again = true; show("正在保存…"); } else later(RETRY * 8);
          return;
        }
        const said = await answer.json().catch(() => ({}));
        if (answer.status === 409) { conflict(said); return; }
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        revision = String(said.revision ?? revision);
        if (said.url && said.url !== form.dataset.autosave) form.dataset.autosave = said.url;
        last = now;
        const at = said.saved_at ? new Date(said.saved_at) : new Date();
        show(`已保存 ${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`);
      } catch {
        show("未保存，正在重试", true);
        later(RETRY);
      } finally {
        running = false;
        if (again) { again = false; later(0); }
      }
    }

    function conflict(said) {
      stopped = true;
      show("另一个窗口保存了更新的内容，本窗口已停止自动保存", true);
      window.jinhu.toast(said.message || "这份草稿在另一个窗口里改过。刷新本页可看到那边的内容；这边填的内容请先复制。", "warn");
    }

    if (!last) {
      // A reload then asks for the page instead of sending the old entries again.
      history.replaceState(history.state, "", window.location.href);
      later(0);
    }
    // On the document: an entry may stand elsewhere on the page and belong to the form by its `form` attribute.
    document.addEventListener("input", (event) => { if (event.target.form === form) later(); });
    document.addEventListener("change", (event) => { if (event.target.form === form) later(800); });
    addEventListener("online", () => later(0));
    // Leaving: one last try that survives the page.
    addEventListener("pagehide", () => {
      if (stopped || form.dataset.sent || fingerprint(form) === last) return;
      const body = window.jinhu.entries(form);
      body.set("revision", revision);
      navigator.sendBeacon?.(form.dataset.autosave, body);
    });
  }

  // Cheap and exact enough to know whether anything changed.
  function fingerprint(form) {
    const skip = new Set(["csrfmiddlewaretoken", "idempotency_key", "revision"]);
    return JSON.stringify([...window.jinhu.entries(form)].filter(([name]) => !skip.has(name)));
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-autosave]").forEach(arm));
})();
