// Copies the few third-party files that pages use from node_modules to build/static/vendor, Tabler
// without what no page uses, and the fonts of the letters to build/fonts. A list of named files
// instead of whole dist/ folders: those hold 1,600 files, among them references to source maps that
// are not there, on which Django's manifest storage stops.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rootVariables, withFallbacks } from "./css_fallbacks.mjs";
import { purged } from "./purge_css.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const vendor = join(root, "build/static/vendor");
const fonts = join(root, "build/fonts");
const ownStyles = join(root, "static/css");

const TEXT = {
  "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
  "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
  "tom-select/tom-select.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
  "tom-select/tom-select.min.js": "tom-select/dist/js/tom-select.complete.min.js",
  "flatpickr/flatpickr.min.css": "flatpickr/dist/flatpickr.min.css",
  "flatpickr/flatpickr.min.js": "flatpickr/dist/flatpickr.min.js",
  "flatpickr/zh.js": "flatpickr/dist/l10n/zh.js",
};
const FONTS = [
  "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
  "@expo-google-fonts/noto-serif-sc/600SemiBold/NotoSerifSC_600SemiBold.ttf",
  "@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
  "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
  "@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf",
  "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
];

function ownStylesheets() {
  return readdirSync(ownStyles).filter((name) => name.endsWith(".css")).sort()
    .map((name) => readFileSync(join(ownStyles, name), "utf8"));
}

// An unchanged file keeps its date, so that the next start need not collect all of them again.
function write(target, content) {
  if (existsSync(target) && readFileSync(target, "utf8") === content) return;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}

function removeOthers(folder, wanted) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !wanted.has(relative(folder, path))) rmSync(path);
  }
}

removeOthers(vendor, new Set(Object.keys(TEXT)));
const source = (name) => join(modules, TEXT[name]);
const scripts = Object.keys(TEXT).filter((name) => name.endsWith(".js")).map(source);
const tabler = await purged(readFileSync(source("tabler/tabler.min.css"), "utf8"), root, scripts);
// The fallbacks must come out in the platform's own colours, so its stylesheets are read last.
const variables = rootVariables([tabler, ...ownStylesheets()]);

for (const name of Object.keys(TEXT)) {
  let text = (name.startsWith("tabler/") ? tabler : readFileSync(source(name), "utf8"))
    .replace(/\n?\/\/# sourceMappingURL=.*$/gm, "")
    .replace(/\n?\/\*# sourceMappingURL=.*?\*\//g, "");
  if (name.endsWith(".css")) text = withFallbacks(text, variables);
  write(join(vendor, name), text);
}
mkdirSync(fonts, { recursive: true });
for (const file of FONTS) {
  const target = join(fonts, file.split("/").pop());
  if (!existsSync(target)) cpSync(join(modules, file), target);
}
console.log(`assets: ${Object.keys(TEXT).length} files, ${FONTS.length} fonts`);
