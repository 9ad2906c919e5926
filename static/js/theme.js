// Chooses light or dark before anything is painted. Not deferred, and therefore very short.
(() => {
  let wish = null;
  try { wish = localStorage.getItem("theme"); } catch { /* storage may be forbidden */ }
  const dark = wish === "dark" || (wish !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
})();
