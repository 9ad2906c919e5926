// Chooses light or dark, and the contrast, before anything is painted. Not deferred, and therefore short.
(() => {
  const root = document.documentElement;
  root.dataset.script = ""; // what scripts will make smaller or larger has its size before they run
  window.jinhu = { wear: (wish) => {
    const dark = wish === "dark" || (wish !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    const more = wish === "contrast" || matchMedia("(prefers-contrast: more)").matches;
    root.dataset.bsTheme = dark ? "dark" : "light";
    if (more) root.dataset.contrast = "more"; else delete root.dataset.contrast;
  } };
  if (root.dataset.look) return; // the page shows one on purpose: /ui/
  let wish = null;
  try { wish = localStorage.getItem("theme"); } catch { /* storage may be forbidden */ }
  window.jinhu.wear(wish);
})();
