// Copies the few third-party files that pages use from node_modules to build/static/vendor,
// and the fonts of the letters to build/fonts. A list of named files instead of whole dist/
// folders: those hold 1,600 files, among them references to source maps that are not there,
// on which Django's manifest storage stops.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rootVariables, withFallbacks } from "./css_fallbacks.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const vendor = join(root, "build/static/vendor");
const fonts = join(root, "build/fonts");
const ownStyles = join(root, "static/css");

const TEXT = {
  "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
  "tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
  "tabler-icons/tabler-icons.min.css": "@tabler/icons-webfont/dist/tabler-icons.min.css",
  "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
  "tom-select/tom-select.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
  "tom-select/tom-select.min.js": "tom-select/dist/js/tom-select.complete.min.js",
  "flatpickr/flatpickr.min.css": "flatpickr/dist/flatpickr.min.css",
  "flatpickr/flatpickr.min.js": "flatpickr/dist/flatpickr.min.js",
  "flatpickr/zh.js": "flatpickr/dist/l10n/zh.js",
};
const BINARY = {
  "tabler-icons/fonts/tabler-icons.woff2": "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2",
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
  try {
    return readdirSync(ownStyles).filter((name) => name.endsWith(".css")).sort()
      .map((name) => readFileSync(join(ownStyles, name), "utf8"));
  } catch {
    return []; // static/css may be absent in a partial checkout
  }
}

function write(target, content) {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}

rmSync(vendor, { recursive: true, force: true });
const tabler = readFileSync(join(modules, TEXT["tabler/tabler.min.css"]), "utf8");
// The fallbacks must come out in the platform's own colours, so its stylesheets are read last.
const variables = rootVariables([tabler, ...ownStylesheets()]);

for (const [target, source] of Object.entries(TEXT)) {
  let text = readFileSync(join(modules, source), "utf8")
    .replace(/\n?\/\/# sourceMappingURL=.*$/gm, "")
    .replace(/\n?\/\*# sourceMappingURL=.*?\*\//g, "");
  if (target.startsWith("tabler-icons/")) {
    // Every browser from the baseline on reads woff2; the two other formats weigh 4 MB.
    text = text.replace(/src:url\("\.\/fonts\/tabler-icons\.woff2[^;}]*/, 'src:url("./fonts/tabler-icons.woff2") format("woff2")');
  }
  if (target.endsWith(".css")) text = withFallbacks(text, variables);
  write(join(vendor, target), text);
}
for (const [target, source] of Object.entries(BINARY)) {
  mkdirSync(dirname(join(vendor, target)), { recursive: true });
  cpSync(join(modules, source), join(vendor, target));
}
mkdirSync(fonts, { recursive: true });
for (const source of FONTS) cpSync(join(modules, source), join(fonts, source.split("/").pop()));
console.log(`assets: ${Object.keys(TEXT).length + Object.keys(BINARY).length} files, ${FONTS.length} fonts`);
