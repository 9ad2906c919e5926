// Forms: dates one can type or pick, counters, choices that lead to another form, the live letter preview.

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  const marks = JSON.parse($("#day-marks")?.textContent || "{}");

  // ---- dates: typed as 2026-10-08 09:10 on a desk, the phone's own wheel on a phone ----
  const WITH_TIME = /^\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2})[:时点](\d{1,2}))?/;

  function readMoment(text) {
    const found = WITH_TIME.exec(text);
    if (!found) return undefined;
    const [, year, month, day, hour = 0, minute = 0] = found.map(Number);
    return new Date(year, month - 1, day, hour || 0, minute || 0);
  }

  const two = (number) => String(number).padStart(2, "0");

  // 休 and 班 show in the picker, so that nobody counts on a Saturday that is worked.
  function markDay(_dates, _text, _picker, cell) {
    const day = cell.dateObj;
    const mark = marks[`${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`];
    const weekend = day.getDay() === 0 || day.getDay() === 6;
    if (mark === "off" || (weekend && mark !== "work")) cell.classList.add("jh-off");
    if (mark === "work" && weekend) { cell.classList.add("jh-work"); cell.title = "调休上班"; }
    else if (mark === "off") cell.title = "放假";
  }

  function pickDate(input) {
    const withTime = input.type === "datetime-local";
    if (!window.flatpickr || matchMedia("(pointer: coarse)").matches) return;
    const value = input.value.replace("T", " ");
    input.type = "text";
    input.value = value;
    input.inputMode = "numeric";
    input.autocomplete = "off";
    input.placeholder = withTime ? "如 2026-10-08 09:10" : "如 2026-10-08";
    window.flatpickr(input, {
      locale: { ...(window.flatpickr.l10ns.zh || {}), firstDayOfWeek: 1 },
      enableTime: withTime,
      time_24hr: true,
      allowInput: true,
      defaultHour: new Date().getHours(),
      defaultMinute: new Date().getMinutes(),
      disableMobile: true,
      dateFormat: withTime ? "Y-m-d H:i" : "Y-m-d",
      parseDate: readMoment,
      onDayCreate: markDay,
      onClose: () => input.dispatchEvent(new Event("change", { bubbles: true })),
    });
  }

  // ---- how much of a long text is used, shown only near its end ----
  function countDown(area) {
    const limit = Number(area.maxLength);
    if (limit <= 0) return;
    const note = document.createElement("span");
    note.className = "jh-count";
    note.setAttribute("aria-live", "polite");
    area.after(note);
    const show = () => { note.textContent = area.value.length > limit * 0.8 ? `还可以写 ${limit - area.value.length} 字` : ""; };
    area.addEventListener("input", show);
    show();
  }

  function growing(area) {
    const fit = () => { area.style.height = "auto"; area.style.height = `${Math.min(area.scrollHeight + 2, 480)}px`; };
    area.addEventListener("input", fit);
    if (area.value) fit();
  }

  // ---- a choice that is a step of its own ----
  $$("[data-go]").forEach((radio) => radio.addEventListener("change", () => { window.location.assign(radio.dataset.go); }));

  // ---- letter preview ----
  function preview(form) {
    const sheet = $("[data-preview-sheet]");
    if (!sheet) return;
    let timer, running, shown;
    const draw = async () => {
      running?.abort();
      running = new AbortController();
      try {
        const answer = await fetch(form.dataset.preview, {
          method: "POST", body: entries(form), signal: running.signal, headers: { "X-Background": "1" },
        });
        if (!answer.ok) throw new Error(await answer.text().catch(() => ""));
        const kind = answer.headers.get("Content-Type") || "";
        if (kind.startsWith("image/")) {
          const address = URL.createObjectURL(await answer.blob());
          const image = new Image();
          image.alt = "公文第1页预览";
          image.src = address;
          await image.decode().catch(() => {});
          if (shown) URL.revokeObjectURL(shown);
          shown = address;
          sheet.classList.remove("wait", "said");
          sheet.replaceChildren(image);
        } else {
          const words = (await answer.json().catch(() => ({}))).message;
          say(sheet, words || "填写后在这里显示公文");
        }
      } catch (error) {
        if (error.name !== "AbortError" && !shown) say(sheet, "预览暂时不可用，不影响填写");
      }
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(draw, 700); };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    draw();
  }

  function say(sheet, words) {
    sheet.classList.add("wait", "said");
    const line = document.createElement("span");
    line.textContent = words;
    sheet.replaceChildren(line);
  }

  // What the form says now, without files: those travel once, when it is sent.
  function entries(form) {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  window.jinhu = Object.assign(window.jinhu || {}, { entries });

  const pickDates = (root) => $$("input[type=datetime-local], input[type=date]", root).forEach(pickDate);

  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) pickDates(event.target); });

  document.addEventListener("DOMContentLoaded", () => {
    pickDates(document);
    $$("textarea.form-control").forEach((area) => { countDown(area); growing(area); });
    $$("form[data-preview]").forEach(preview);
  });
})();
