// Tabler styles a whole catalogue; our pages use its reset, buttons, entries and a few helpers. What
// no page can name is left out: 88 kB become 13 (gzip).
//
// Every word of the templates, of our scripts and vendors' scripts, and of the Python that may write
// a class counts as named, so nothing has to be listed by hand, and a class that a template begins to
// use tomorrow is in the next build (scripts/set_up.py builds anew when a template changed). Only a
// name that is put together of parts would be missed: `btn-{{ kind }}`. Write such a name in full,
// or add it here and say where it comes from.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PurgeCSS } from "purgecss";

const SAFE = [
  // theme.js sets the attribute's value; the selectors name attribute and value.
  "data-bs-theme", "light", "dark",
];
// Folders that write no page.
const APART = new Set(["node_modules", "build", "var", "tests", "migrations", "docs", "scripts", "static"]);

export async function purged(css, root, scripts) {
  const files = [
    ...under(root, ".py"),
    ...under(join(root, "templates"), ".html"),
    ...under(join(root, "static/js"), ".js"),
    ...scripts,
  ];
  const content = files.map((path) => ({ raw: readFileSync(path, "utf8"), extension: "html" }));
  const [found] = await new PurgeCSS().purge({
    content,
    css: [{ raw: css }],
    // Whole words: `jh-1`, `w-auto`, `col-lg-4`.
    defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
    safelist: SAFE,
    keyframes: true,
    fontFace: true,
  });
  return found.css;
}

function under(folder, ending) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return APART.has(entry.name) || entry.name.startsWith(".") ? [] : under(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}
