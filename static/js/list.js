// Lists: forms that unfold above the rows, addresses without blanks, columns that move.
// Without script each form is a page of its own, and a press of an arrow is a request.

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  const panel = $("#panel");
  const links = $$("[data-panel]");
  let opener = null;

  function close(back) {
    if (!panel || panel.hidden) return;
    panel.hidden = true;
    panel.replaceChildren();
    opener?.setAttribute("aria-expanded", "false");
    if (back) opener?.focus();
    opener = null;
  }

  function open(link) {
    if (opener === link) { close(true); return; }
    close(false);
    opener = link;
    link.setAttribute("aria-expanded", "true");
    window.htmx.ajax("GET", link.href, { target: panel, swap: "innerHTML" }).then(() => {
      // Another one was pressed meanwhile, or the session is over.
      if (opener !== link || !panel.childElementCount) return;
      panel.hidden = false;
      ($("input:not([type=hidden]):not(:disabled), select, button", panel) || panel).focus();
    });
  }

  links.forEach((link) => {
    link.setAttribute("role", "button");
    link.setAttribute("aria-expanded", "false");
    link.setAttribute("aria-controls", "panel");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
      event.preventDefault();
      open(link);
    });
    link.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); link.click(); } });
  });

  // The address keeps what was asked, and nothing else.
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("form[method=get]")) return;
    const given = [...event.formData].filter(([, value]) => value !== "");
    for (const name of new Set([...event.formData.keys()])) event.formData.delete(name);
    given.forEach(([name, value]) => event.formData.append(name, value));
  });

  // ---- columns ----
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("li");
    const up = button.dataset.move === "up";
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    // The first row is the title, which stays.
    if (!other || !$("[data-move]", other)) return;
    if (up) other.before(row); else other.after(row);
    arrows(row.parentElement);
    (button.disabled ? $$("[data-move]", row).find((one) => !one.disabled) : button)?.focus();
  });

  function arrows(list) {
    const rows = [...list.children].filter((row) => $("[data-move]", row));
    rows.forEach((row, at) => {
      $("[data-move=up]", row).disabled = at === 0;
      $("[data-move=down]", row).disabled = at === rows.length - 1;
    });
  }

  // ---- keyboard ----
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
    if (event.key === "Escape" && panel?.contains(event.target)) { close(true); return; }
    if (event.target.matches?.("input, textarea, select, [contenteditable]")) return;
    if (event.key === "f") {
      const filter = $("[data-panel=filter]");
      if (filter) { event.preventDefault(); filter.click(); }
    }
    if (event.key === "n" || event.key === "p") $(`.jh-pager [rel=${event.key === "n" ? "next" : "prev"}]`)?.click();
  });
})();
