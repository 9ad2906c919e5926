// Black bars over the pages of a material. The rows of numbers are the truth and what is sent; what is dragged on a page
// becomes a row, and each row is drawn. A finger scrolls until drawing is switched on; a mouse always draws.

(() => {
  const NAMES = ["page", "left", "top", "width", "height"];
  const SMALLEST = 0.4; // per cent: less was a click

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.getElementById("redact");
    if (!form) return;
    const list = form.querySelector("[data-bars]");
    const blank = form.querySelector("template[data-row]");
    const said = form.querySelector("[data-said]");
    const draw = form.querySelector("[data-draw]");
    const sheets = new Map([...form.querySelectorAll("[data-page]")].map((sheet) => [sheet.dataset.page, sheet]));

    form.querySelectorAll("[data-scripted]").forEach((part) => { part.hidden = false; });
    form.querySelectorAll("[data-plain]").forEach((part) => part.remove());
    // Rows offered for those without scripts.
    [...list.children].forEach((row) => { if (!NAMES.slice(1).some((name) => entry(row, name).value)) row.remove(); });

    function entry(row, name) { return row.querySelector(`[name=${name}]`); }
    const round = (number) => String(Math.round(number * 100) / 100);

    function paint() {
      form.querySelectorAll(".jh-black").forEach((bar) => bar.remove());
      [...list.children].forEach((row, at) => {
        row.querySelector("legend").textContent = `第${at + 1}处`;
        const drop = row.querySelector("[data-drop]");
        drop.hidden = false;
        drop.setAttribute("aria-label", `删除第${at + 1}处`);
        const sheet = sheets.get(entry(row, "page").value);
        if (sheet) place(sheet, NAMES.slice(1).map((name) => Number(entry(row, name).value) || 0));
      });
    }

    function place(sheet, [left, top, width, height]) {
      const bar = document.createElement("span");
      bar.className = "jh-black";
      bar.setAttribute("aria-hidden", "true");
      Object.assign(bar.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
      frame(sheet).append(bar);
      return bar;
    }

    // The bars' place is that of the picture, not of the caption below it.
    function frame(sheet) {
      let over = sheet.querySelector(".jh-over");
      if (!over) {
        over = document.createElement("div");
        over.className = "jh-over";
        sheet.querySelector("img").replaceWith(over);
        over.append(sheet.picture);
      }
      return over;
    }

    function add(values, focus) {
      list.append(blank.content.cloneNode(true));
      const row = list.lastElementChild;
      NAMES.forEach((name, at) => { entry(row, name).value = values[at]; });
      paint();
      said.textContent = `共${list.children.length}处`;
      if (focus) entry(row, "left").focus();
    }

    for (const [page, sheet] of sheets) {
      sheet.picture = sheet.querySelector("img");
      const over = frame(sheet);
      let from = null, bar = null;
      const at = (event) => {
        const box = over.getBoundingClientRect();
        const clamp = (number) => Math.min(100, Math.max(0, number));
        return [clamp(((event.clientX - box.left) / box.width) * 100), clamp(((event.clientY - box.top) / box.height) * 100)];
      };
      const span = (to) => [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
      over.addEventListener("pointerdown", (event) => {
        if (event.button !== 0 || (event.pointerType !== "mouse" && !drawing())) return;
        event.preventDefault();
        over.setPointerCapture(event.pointerId);
        from = at(event);
        bar = place(sheet, [...from, 0, 0]);
      });
      over.addEventListener("pointermove", (event) => {
        if (!from) return;
        const [left, top, width, height] = span(at(event));
        Object.assign(bar.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
      });
      const end = (event) => {
        if (!from) return;
        const drawn = span(at(event));
        from = null;
        bar.remove();
        if (event.type === "pointerup" && drawn[2] >= SMALLEST && drawn[3] >= SMALLEST) add([page, ...drawn.map(round)]);
      };
      over.addEventListener("pointerup", end);
      over.addEventListener("pointercancel", end);
    }

    const drawing = () => draw.getAttribute("aria-pressed") === "true";
    const set = (on) => { draw.setAttribute("aria-pressed", String(on)); form.classList.toggle("drawing", on); };
    draw.addEventListener("click", () => set(!drawing()));
    set(!window.matchMedia("(pointer: coarse)").matches);

    form.querySelector("[data-add]").addEventListener("click", () => add([nearest(), "10", "10", "30", "4"], true));
    list.addEventListener("input", paint);
    list.addEventListener("click", (event) => {
      const drop = event.target.closest("[data-drop]");
      if (!drop) return;
      drop.closest("[data-bar]").remove();
      paint();
      said.textContent = `共${list.children.length}处`;
      form.querySelector("[data-add]").focus();
    });

    // The page that is looked at.
    function nearest() {
      const middle = innerHeight / 2;
      const far = (sheet) => { const box = sheet.getBoundingClientRect(); return Math.max(box.top - middle, middle - box.bottom, 0); };
      return [...sheets].sort((one, other) => far(one[1]) - far(other[1]))[0][0];
    }

    paint();
  });
})();
