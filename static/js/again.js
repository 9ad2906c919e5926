// On the page that says the platform is out: asks now and then whether it is back. A page that was only
// to be read is opened again; one that was sent is not sent twice, so there it is said.
(() => {
  const EVERY = 10_000;

  async function isBack() {
    try {
      const answer = await fetch(window.location.href, { method: "HEAD", cache: "no-store", headers: { "X-Background": "1" } });
      return answer.status < 500;
    } catch {
      return false;
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const line = document.querySelector("[data-again]");
    if (!line) return;
    const timer = setInterval(async () => {
      if (document.hidden || !(await isBack())) return;
      clearInterval(timer);
      if (line.dataset.again === "open") window.location.reload();
      else line.textContent = "系统已恢复，可以返回上一页再提交了。";
    }, EVERY);
  });
})();
