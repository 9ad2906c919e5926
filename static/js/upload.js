// Several files at once, each with its progress, and going on where a lost connection cut them off.
//
//   POST   {chunks}              name, size, kind, source  → {id, offset, chunk}
//   PUT    {chunks}{id}/         bytes, header Upload-Offset → {offset}; 409 {expected}
//   GET    {chunks}{id}/         → {offset, chunk};  404: begin again
//   POST   {chunks}{id}/finish/  → {name}; 400 {message}
//   DELETE {chunks}{id}/
// Without data-chunks each file travels in one piece to the form's own address.

(() => {
  const AT_ONCE = 2;
  const WAITS = [1000, 3000, 8000, 15000, 30000];
  const sleep = (ms) => new Promise((wake) => {
    const timer = setTimeout(wake, ms);
    addEventListener("online", () => { clearTimeout(timer); wake(); }, { once: true });
  });

  class Given extends Error {} // the server has said no; trying again is useless

  function size(bytes) {
    if (bytes < 1024 * 1000) return `${Math.max(bytes / 1024, 0.1).toFixed(bytes < 102400 ? 1 : 0)} KB`;
    return `${(bytes / 1048576).toFixed(1)} MB`;
  }

  function remains(seconds) {
    if (!Number.isFinite(seconds) || seconds < 3) return "";
    return seconds < 90 ? `，剩约${Math.ceil(seconds)}秒` : `，剩约${Math.ceil(seconds / 60)}分`;
  }

  class Upload {
    constructor(form, file, kind, label) {
      this.form = form;
      this.file = file;
      this.kind = kind;
      this.label = label;
      this.token = form.querySelector("[name=csrfmiddlewaretoken]").value;
      this.memory = `upload:${form.dataset.chunks}:${kind}:${file.name}:${file.size}:${file.lastModified}`;
      this.draw();
    }

    draw() {
      this.row = this.form.querySelector("template").content.firstElementChild.cloneNode(true);
      this.row.querySelector("[data-name]").textContent = this.file.name;
      this.row.querySelector("[data-name]").title = this.file.name;
      this.bar = this.row.querySelector("progress");
      this.state = this.row.querySelector("[data-state]");
      const cancel = this.row.querySelector("[data-cancel]");
      cancel.setAttribute("aria-label", `取消上传 ${this.file.name}`);
      cancel.addEventListener("click", () => this.cancel());
      this.say(`${this.label} · 等待`);
      this.form.querySelector("[data-files]").append(this.row);
    }

    say(words, css = "") {
      this.state.textContent = words;
      this.row.className = `jh-up ${css}`;
    }

    progress(sent) {
      const share = this.file.size ? sent / this.file.size : 1;
      this.bar.value = Math.round(share * 100);
      const seconds = ((performance.now() - this.begun) / 1000) * ((this.file.size - sent) / Math.max(sent - this.first, 1));
      this.say(share < 1 ? `${Math.floor(share * 100)}%${remains(seconds)}` : "正在核验…");
    }

    async run() {
      this.begun = performance.now();
      this.first = 0;
      for (let attempt = 0; !this.stopped; ) {
        try {
          const from = this.sent;
          if (this.form.dataset.chunks) await this.inPieces(); else await this.whole();
          if (this.sent > from) attempt = 0;
          this.done = true;
          this.bar.remove();
          this.say(`${this.label} · ${size(this.file.size)} · 已上传`);
          this.row.querySelector("[data-cancel]").remove();
          return;
        } catch (error) {
          if (this.stopped) return;
          if (error instanceof Given) { this.say(error.message, "failed"); this.failed = true; return; }
          this.say("连接断开，恢复后接着传", "waiting");
          await sleep(WAITS[Math.min(attempt++, WAITS.length - 1)]);
        }
      }
    }

    async ask(address, options = {}) {
      const answer = await fetch(address, {
        ...options, headers: { Accept: "application/json", "X-CSRFToken": this.token, ...options.headers },
      });
      const said = await answer.json().catch(() => ({}));
      if (answer.ok || answer.status === 409 || answer.status === 404) return { status: answer.status, ...said };
      if (answer.status >= 500) throw new Error(String(answer.status));
      throw new Given(said.message || (answer.status === 413 ? "文件太大" : "上传没有成功，请刷新后重试"));
    }

    async begin() {
      const known = localStorage.getItem(this.memory);
      if (known) {
        const found = await this.ask(`${this.form.dataset.chunks}${known}/`);
        if (found.status === 200) return { id: known, ...found };
      }
      const body = new FormData();
      body.set("name", this.file.name);
      body.set("size", this.file.size);
      body.set("kind", this.kind);
      const opened = await this.ask(this.form.dataset.chunks, { method: "POST", body });
      localStorage.setItem(this.memory, opened.id);
      return opened;
    }

    async inPieces() {
      const opened = await this.begin();
      const piece = opened.chunk;
      this.id = opened.id;
      this.sent = this.first = opened.offset || 0;
      while (this.sent < this.file.size && !this.stopped) {
        const said = await this.ask(`${this.form.dataset.chunks}${this.id}/`, {
          method: "PUT",
          body: this.file.slice(this.sent, this.sent + piece),
          headers: { "Content-Type": "application/octet-stream", "Upload-Offset": String(this.sent) },
        });
        if (said.status === 404) { localStorage.removeItem(this.memory); throw new Error("unknown"); }
        this.sent = said.offset ?? said.expected;
        this.progress(this.sent);
      }
      if (this.stopped) return;
      await this.ask(`${this.form.dataset.chunks}${this.id}/finish/`, { method: "POST" });
      localStorage.removeItem(this.memory);
    }

    whole() {
      return new Promise((resolve, reject) => {
        const body = new FormData();
        body.set("csrfmiddlewaretoken", this.token);
        body.set("kind", this.kind);
        body.set("file", this.file, this.file.name);
        const request = this.request = new XMLHttpRequest();
        request.open("POST", this.form.action);
        request.setRequestHeader("Accept", "application/json");
        request.upload.addEventListener("progress", (event) => this.progress(Math.min(event.loaded, this.file.size)));
        request.addEventListener("load", () => {
          if (request.status < 400) return resolve();
          let said = {};
          try { said = JSON.parse(request.responseText); } catch { /* a page instead of an answer */ }
          if (request.status >= 500) return reject(new Error(String(request.status)));
          const field = Object.values(said.fields || {})[0];
          reject(new Given(field?.[0] || said.message || "上传没有成功，请刷新后重试"));
        });
        request.addEventListener("error", () => reject(new Error("network")));
        request.send(body);
      });
    }

    cancel() {
      this.stopped = true;
      this.request?.abort();
      localStorage.removeItem(this.memory);
      if (this.id) this.ask(`${this.form.dataset.chunks}${this.id}/`, { method: "DELETE" }).catch(() => {});
      this.row.remove();
    }
  }

  function arm(form) {
    const queue = [];
    let running = 0;
    const limit = Number(form.dataset.limit);
    const kind = form.querySelector("select[name=kind]");

    const next = () => {
      while (running < AT_ONCE && queue.length) {
        const upload = queue.shift();
        if (upload.stopped) continue;
        running += 1;
        upload.run().finally(() => {
          running -= 1;
          if (upload.done) arrived(form, upload);
          next();
        });
      }
    };

    const take = (files) => {
      for (const file of files) {
        const upload = new Upload(form, file, kind.value, kind.selectedOptions[0].textContent);
        if (!file.size) upload.say("文件是空的", "failed");
        else if (limit && file.size > limit) upload.say(`超过 ${size(limit)}，请压缩或拆分`, "failed");
        else queue.push(upload);
      }
      next();
    };

    form.querySelectorAll("input[type=file]").forEach((input) => input.addEventListener("change", () => { take(input.files); input.value = ""; }));
    // It looks like a button, so Enter presses it as Space does.
    form.querySelectorAll("input[type=file]").forEach((input) => input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); input.click(); }
    }));
    kind?.addEventListener("change", () => { kind.dataset.chosen = "yes"; });
    offerMissing();
    const drop = form.querySelector("[data-drop]");
    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
    }
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files); });
    addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });
  }

  // The next file is most likely what is still missing; what the officer chose for it himself stays.
  function offerMissing() {
    const missing = document.querySelector("[data-missing]")?.dataset.missing;
    const kind = document.querySelector("form[data-upload] select[name=kind]");
    if (missing && kind && !kind.dataset.chosen) kind.value = missing;
  }

  // The list beside the form is drawn by the server; ask for it again and let others know.
  async function arrived(form, upload) {
    delete form.querySelector("select[name=kind]")?.dataset.chosen;
    document.dispatchEvent(new CustomEvent("jh:uploaded"));
    const list = document.getElementById("material-list");
    if (!list) return;
    const page = await fetch(window.location.href, { headers: { "X-Background": "1" } }).then((answer) => answer.text(), () => "");
    const fresh = new DOMParser().parseFromString(page, "text/html").getElementById("material-list");
    if (!fresh) return;
    list.replaceWith(fresh);
    window.htmx?.process(fresh);
    offerMissing();
    upload.row.remove();
  }

  document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "summary") offerMissing(); });
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-upload]").forEach(arm));
})();
