// MDN's compatibility data, and the one question asked of it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export const compat = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("@mdn/browser-compat-data"), "utf8"));

const NEVER = 10_000;

// The version of Chromium that knows this entry without a switch or another name; 0 when the data does not say.
export function since(entry) {
  const told = entry?.__compat?.support?.chrome;
  if (!told) return 0;
  const versions = [told].flat().filter((one) => !one.flags && !one.alternative_name).map(({ version_added: v, version_removed: gone }) => {
    if (gone || v === false || v === null) return NEVER;
    if (v === "preview") return NEVER - 1;
    return Number.parseInt(String(v).replace("≤", ""), 10);
  });
  return versions.length ? Math.min(...versions) : NEVER;
}
