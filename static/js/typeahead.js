// Long lists (units, powers, officers) are found by typing. Without script the plain select remains.

(() => {
  const second = (row) => [
    row.legal_basis,
    row.lead_department?.short_name,
    row.name && row.short_name && row.name !== row.short_name ? row.name : "",
    row.kind_name,
  ].filter(Boolean).join(" · ");

  function option(row) {
    return { value: row.code ?? row.username ?? String(row.id), text: row.short_name || row.name || row.title, note: second(row) };
  }

  async function look(address, query) {
    const url = new URL(address, window.location.href);
    url.searchParams.set("q", query);
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) return [];
    const found = await answer.json();
    return (found.results || found).map(option);
  }

  function row(data, escape) {
    return `<div class="option">${escape(data.text)}${data.note ? `<small>${escape(data.note)}</small>` : ""}</div>`;
  }

  // An answer counts only while its question still stands in the box: whoever types on, or has chosen already, is not
  // shown an older list, which the next Enter would take a row from.
  function find(address) {
    return function load(query, done) {
      const drop = () => {
        this.loading = Math.max(this.loading - 1, 0);
        if (!this.loading) this.wrapper.classList.remove(this.settings.loadingClass);
      };
      if (this.shut || query !== this.inputValue()) { drop(); return; }
      this.asked = query;
      look(address, query).then((rows) => {
        if (this.shut || this.asked !== query || query !== this.inputValue()) { drop(); return; }
        this.clearOptions();
        done(rows.map((one) => ({ ...one, found: query })));
      }, () => done());
    };
  }

  // The server also searches words that the row does not show; its answer to this very query counts, if least.
  // What was loaded for another query must match by itself, or Enter would take a row that nobody asked for.
  function ranking(query) {
    const plain = this.getScoreFunction(query);
    return (item) => plain(item) || (item.found === query ? 0.01 : 0);
  }

  // What was typed is looked at a moment later, and then the list opens: not after a choice or Esc in between.
  function forget(field) {
    clearTimeout(field.refreshTimeout);
    field.refreshTimeout = null;
  }

  function arm(select) {
    const remote = select.dataset.lookup;
    const none = [...select.options].find((one) => one.value === "");
    const meaning = none && none.text !== "请选择" && !none.text.startsWith("---") ? none.text : "";
    const field = new window.TomSelect(select, {
      maxOptions: 100,
      allowEmptyOption: false,
      placeholder: meaning || "输入几个字查找",
      searchField: ["text", "note"],
      plugins: select.multiple ? { remove_button: { title: "移除" } } : none && !select.required ? { clear_button: { title: "清除" } } : {},
      preload: remote ? "focus" : false,
      load: remote ? find(remote) : undefined,
      score: remote ? ranking : undefined,
      render: {
        option: row,
        no_results: () => '<div class="no-results">没有找到，换几个字再试</div>',
        loading: () => '<div class="spinner-text">正在查找…</div>',
      },
      onItemAdd() { this.asked = null; forget(this); },
      onChange: () => select.dispatchEvent(new Event("input", { bubbles: true })),
    });
    // Whoever shut the list with Esc is not shown it again by an answer on its way, nor by what was just typed.
    field.control_input.addEventListener("keydown", (event) => {
      field.shut = event.key === "Escape";
      if (field.shut) forget(field);
    });
    field.on("dropdown_open", () => { field.shut = false; });
    // Its own way of taking the focus does not scroll; whoever comes by Tab must see the field and what it offers.
    const show = (element) => element.scrollIntoView({ block: "nearest" });
    field.on("focus", () => show(field.control));
    field.on("dropdown_open", show);
    field.on("load", () => { if (field.isOpen) show(field.dropdown); });
    // The typing field has the label now; the select behind it only carries the value.
    select.setAttribute("aria-hidden", "true");
    // The label and the error list point to the select; the typing happens beside it.
    select.addEventListener("focus", () => field.focus());
    if (select.getAttribute("aria-describedby")) field.control_input.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
    if (select.getAttribute("aria-invalid")) field.control_input.setAttribute("aria-invalid", "true");
  }

  function armAll(root) {
    if (!window.TomSelect) return;
    // Short lists stay what they are: the system's own select is quicker there.
    root.querySelectorAll("select[data-lookup], select[multiple], main form select.form-select:not([data-plain])")
      .forEach((select) => { if (!select.tomselect && (select.dataset.lookup || select.multiple || select.options.length > 12)) arm(select); });
  }

  // What stands beside the form offers an answer: pressing it fills the entry in.
  document.addEventListener("click", (event) => {
    const offer = event.target.closest("[data-fill]");
    if (!offer) return;
    const select = document.querySelector(`#step-form [name="${offer.dataset.fill}"]`);
    const { value, text } = offer.dataset;
    if (select.tomselect) {
      select.tomselect.addOption({ value, text });
      select.tomselect.setValue(value);
    } else {
      select.value = value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    (select.tomselect?.control_input || select).focus();
  });

  document.addEventListener("DOMContentLoaded", () => armAll(document));
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) armAll(event.target); });
})();
