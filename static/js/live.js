// The worklist asks for itself again each minute, with the numbers around it and the tab's title (hx-select-oob).
// Whoever works in it must not notice: focus, place on the screen, an open menu and a pressed button stay.

(() => {
  // In the background seldom, only so that the title counts; at once when it is looked at again.
  const SELDOM = 5 * 60 * 1000;
  const ROW = "[data-row-link]";
  const $ = (selector, root = document) => root.querySelector(selector);
  const rows = () => [...document.querySelectorAll(ROW)];
  const top = (element) => element.getBoundingClientRect().top;
  let asked = Date.now();
  let kept = null;

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.matches("[data-live]")) return;
    const rests = document.hidden && Date.now() - asked < SELDOM;
    if (rests || $("dialog[open]:not(.jh-panel)") || $("form[data-sent]")) event.preventDefault();
    else asked = Date.now();
  });

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - asked > 20000) window.htmx.trigger($("[data-live]"), "jh:looked");
  });

  // The link by which an element is found again among its like: its own, or that of its row.
  const linkOf = (element) => (element?.matches("a[href]") ? element : element?.closest(".jh-item") && $(ROW, element.closest(".jh-item")));
  const again = (href, place) => $(`a[href=${JSON.stringify(href)}]`, place || document);

  function remember() {
    const focus = document.activeElement;
    const link = linkOf(focus);
    const row = link?.matches(ROW) ? link : rows().find((one) => top(one) >= 0);
    kept = {
      place: link && link.closest("[id]").id, href: link?.getAttribute("href"), button: focus.matches("button"),
      at: rows().indexOf(link), row: row?.getAttribute("href"), top: row && top(row),
    };
  }

  function restore({ place, href, button, at, row, top: before }) {
    const same = row && again(row, $("[data-live]"));
    if (same) window.scrollBy(0, top(same) - before);
    if (!href || document.activeElement !== document.body) return;
    // Gone when a colleague was quicker: then the row that has taken its place.
    const link = again(href, document.getElementById(place)) || rows()[Math.min(at, rows().length - 1)];
    (button && link ? $("button", link.closest(".jh-item")) || link : link)?.focus({ preventScroll: true });
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.target.matches("[data-live]") || !event.detail.shouldSwap) return;
    if ($(":active", event.detail.target)) event.detail.shouldSwap = false;
    else remember();
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (kept) restore(kept);
    kept = null;
  });
})();
