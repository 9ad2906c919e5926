// Lists in forms: rows with named columns in place of the text that carries them.
//
// The text stays the entry: one row a line, cells parted by tabs. So autosave, preview and the server see what they
// would see without this script.

(() => {
  const MOST = 500;

  const oneLine = (text) => text.replace(/\s+/g, " ").trim();

  // ---- what Excel puts on the clipboard: tabs between cells; a cell with line breaks stands in quotes ----
  const CELL = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/y;

  function pasted(text) {
    const whole = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    const rows = [[]];
    CELL.lastIndex = 0;
    for (;;) {
      const [found, quoted, plain, end] = CELL.exec(whole);
      const inner = quoted !== undefined && /[\t\n]|""/.test(quoted) ? quoted.replaceAll('""', '"') : plain ?? `"${quoted}"`;
      rows.at(-1).push(oneLine(inner));
      if (!end) break;
      if (end === "\n") rows.push([]);
      if (!found) break;
    }
    return rows.filter((row) => row.some(Boolean));
  }

  // A first row that names the columns says in which of them the others belong.
  function ordered(rows, labels) {
    const places = rows[0].map((cell) => labels.indexOf(cell.replace(/[（(].*/, "")));
    if (labels.length < 2 || !places.some((place) => place >= 0)) return rows;
    return rows.slice(1).map((row) => {
      const sorted = labels.map(() => "");
      const left = [];
      row.forEach((cell, at) => {
        if (places[at] >= 0) sorted[places[at]] = cell;
        else if (cell && rows[0][at] !== "序号") left.push(cell);
      });
      if (left.length) sorted.push(left.join("，"));
      return sorted;
    });
  }

  class Rows {
    constructor(group) {
      this.group = group;
      this.text = group.querySelector("[data-plain] textarea");
      this.box = group.querySelector("[data-rows]");
      this.body = this.box.querySelector("tbody");
      this.model = this.box.querySelector("template").content.firstElementChild;
      this.gone = this.box.querySelector("[data-gone]");
      this.labels = [...this.model.querySelectorAll("label > span")].map((span) => span.textContent);
      this.adder = this.box.querySelector("[data-add]");
      this.fill();
      group.querySelector("[data-plain]").hidden = true;
      this.box.hidden = false;
      this.rows.forEach((row) => this.cells(row).forEach(fit));
      this.listen();
    }

    get rows() { return [...this.body.children]; }

    cells(row) { return [...row.querySelectorAll("textarea, select")]; }

    fill() {
      const commas = this.labels.length > 1 ? /[,，]/ : /$^/;
      for (const line of this.text.value.split("\n").filter((one) => one.trim())) {
        this.insert(this.parted(line.split(line.includes("\t") ? "\t" : commas)));
      }
      if (!this.rows.length) this.insert();
      for (const [row, cell] of JSON.parse(this.text.dataset.spoiled || "[]")) {
        const spoiled = this.rows[row] && this.cells(this.rows[row])[cell];
        spoiled?.setAttribute("aria-invalid", "true");
        spoiled?.setAttribute("aria-describedby", `${this.text.id}_error`);
      }
    }

    // What is too much for the columns goes into the last one: nothing is lost.
    parted(words) {
      const last = this.labels.length - 1;
      const rest = words.slice(last).map(oneLine).filter(Boolean).join("，");
      return [...words.slice(0, last).map(oneLine), rest];
    }

    insert(words = [], before = null) {
      const row = this.model.cloneNode(true);
      this.body.insertBefore(row, before);
      this.cells(row).forEach((cell, at) => put(cell, words[at] || ""));
      this.number();
      return row;
    }

    number() {
      this.rows.forEach((row, n) => {
        row.querySelector(".n").textContent = n + 1;
        this.cells(row).forEach((cell, at) => cell.setAttribute("aria-label", `第${n + 1}行 ${this.labels[at]}`));
        row.querySelector("button").setAttribute("aria-label", `删除第${n + 1}行`);
      });
      this.adder.disabled = this.rows.length >= MOST;
    }

    empty(row) { return this.cells(row).every((cell) => !cell.value.trim()); }

    keep() {
      const lines = this.rows.filter((row) => !this.empty(row))
        .map((row) => this.cells(row).map((cell) => oneLine(cell.value)).join("\t"));
      this.text.value = lines.join("\n");
    }

    // After a change that no key made: keep it and tell the form.
    changed() {
      this.number();
      this.keep();
      this.text.dispatchEvent(new Event("input", { bubbles: true }));
    }

    listen() {
      this.body.addEventListener("input", (event) => {
        const cell = event.target;
        if (cell.value.includes("\n")) cell.value = oneLine(cell.value);
        cell.removeAttribute("aria-invalid");
        fit(cell);
        this.keep();
      });
      this.body.addEventListener("keydown", (event) => this.key(event));
      this.body.addEventListener("paste", (event) => this.paste(event));
      this.body.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button) this.remove(button.closest("tr"));
      });
      this.adder.addEventListener("click", () => this.next(this.rows.at(-1), true));
    }

    key(event) {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const row = event.target.closest("tr");
      if (event.key === "Enter") {
        event.preventDefault();
        this.next(row);
      } else if (event.key === "Backspace" && this.empty(row) && this.rows.length > 1) {
        event.preventDefault();
        const before = row.previousElementSibling;
        this.remove(row);
        if (before) this.cells(before).at(-1).focus();
      }
    }

    // To an empty row below `row`, a new one if need be; an empty row breeds no other.
    next(row, pressed = false) {
      const below = row.nextElementSibling;
      if (this.empty(row) && (pressed || !below)) return this.cells(row)[0].focus();
      if (below && this.empty(below)) return this.cells(below)[0].focus();
      if (this.rows.length >= MOST) return undefined;
      return this.cells(this.insert([], below))[0].focus();
    }

    remove(row) {
      const n = this.rows.indexOf(row) + 1;
      const words = this.cells(row).map((cell) => cell.value);
      const below = row.nextElementSibling;
      const other = below || row.previousElementSibling || this.insert();
      row.remove();
      this.cells(other)[0].focus();
      this.changed();
      this.gone.replaceChildren();
      if (!words.some(Boolean)) return;
      const back = document.createElement("button");
      back.type = "button";
      back.className = "jh-link";
      back.textContent = "恢复";
      back.addEventListener("click", () => {
        const put = this.insert(words, below?.isConnected ? below : null);
        this.cells(put).forEach(fit);
        this.cells(put)[0].focus();
        this.gone.replaceChildren();
        this.changed();
      });
      this.gone.replaceChildren(`已删除第${n}行“${words.find(Boolean)}” `, back);
    }

    paste(event) {
      const text = event.clipboardData?.getData("text/plain") || "";
      if (!/[\t\n\r]/.test(text.trim())) return; // one cell: as usual
      event.preventDefault();
      const column = this.cells(event.target.closest("tr")).indexOf(event.target);
      const found = pasted(text);
      const given = ordered(found, this.labels);
      const from = given === found ? column : 0;
      let row = event.target.closest("tr");
      for (const [n, cells] of given.entries()) {
        if (n) row = row.nextElementSibling || (this.rows.length < MOST ? this.insert() : null);
        if (!row) break;
        const own = this.cells(row);
        const before = own.slice(0, from).map((cell) => cell.value);
        this.parted([...before, ...cells]).forEach((words, at) => {
          if (at >= from && (at < from + cells.length)) put(own[at], words);
        });
        own.forEach(fit);
      }
      this.changed();
      if (row) this.cells(row).at(-1).focus();
    }
  }

  // What a list of choices does not have stands in it all the same, to be mended: nothing is lost. Its first choice is
  // what an empty cell means.
  function put(cell, words) {
    if (cell.tagName === "SELECT" && words === cell.options[0].textContent) words = "";
    if (cell.tagName === "SELECT" && ![...cell.options].some((option) => option.value === words)) cell.add(new Option(words, words));
    cell.value = words;
  }

  // A cell grows with what is written in it.
  function fit(cell) {
    if (cell.tagName === "SELECT") return;
    cell.style.height = "auto";
    if (cell.scrollHeight) cell.style.height = `${cell.scrollHeight + 2}px`;
  }

  // At once, from the list's own place in the page: what stands below has not come yet, so nothing moves.
  for (const group of document.querySelectorAll("[data-lines]:not([data-ready])")) {
    group.dataset.ready = "";
    new Rows(group);
  }
})();
