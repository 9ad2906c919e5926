// A sealed identity in the clear: gone after its seconds, and as soon as the page is left, covered or printed.
// What is taken out of the page does not come back, not with the back button either.

(() => {
  document.addEventListener("DOMContentLoaded", () => {
    const shown = document.querySelector("[data-conceal]");
    if (!shown) return;
    const left = shown.querySelector("[data-conceal-left]");
    const until = Date.now() + Number(shown.dataset.conceal) * 1000;

    const tick = setInterval(() => {
      // By the clock: a browser slows the timers of a page that nobody looks at.
      const seconds = Math.ceil((until - Date.now()) / 1000);
      if (seconds <= 0) conceal();
      else if (left) left.textContent = String(seconds);
    }, 250);

    function conceal() {
      clearInterval(tick);
      if (!shown.isConnected) return;
      shown.remove();
      const said = document.querySelector("[data-concealed]");
      if (said) said.hidden = false;
    }

    document.addEventListener("visibilitychange", () => { if (document.hidden) conceal(); });
    if (document.hidden) conceal();
    window.addEventListener("pagehide", conceal);
    window.addEventListener("beforeprint", conceal);
  });
})();
