// What a stylesheet uses that the oldest browser does not know and that has no fallback. What each
// version knows stands in MDN's compatibility data; nothing is listed here but what may be missed.
import postcss from "postcss";
import valueParser from "postcss-value-parser";
import { compat, since } from "./compat.mjs";

const { css } = compat;
// An older browser leaves these out, and the page still works and reads the same.
const DECORATION = new Set([
  "text-wrap", // a heading breaks less evenly
  "scrollbar-width", "scrollbar-color", // the scroll bar looks as the system's
  "field-sizing",
]);
const UNITS = { length: css.types.length };
const UNIT_GROUPS = {
  viewport_percentage_units_dynamic: /^d(?:vh|vw|vi|vb|vmin|vmax)$/,
  viewport_percentage_units_large: /^l(?:vh|vw|vi|vb|vmin|vmax)$/,
  viewport_percentage_units_small: /^s(?:vh|vw|vi|vb|vmin|vmax)$/,
  container_query_length_units: /^cq(?:w|h|i|b|min|max)$/,
};
const COLOUR_FUNCTIONS = new Set(["rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color"]);

// Functions stand in different corners of the data: color-mix() among the colours, round() by itself.
const functions = new Map();
for (const [group, entry] of Object.entries(css.types)) {
  functions.set(group, entry);
  for (const [name, inner] of Object.entries(entry)) if (!functions.has(name)) functions.set(name, inner);
}

const otherNames = new Set(Object.values(css.properties).flatMap((entry) =>
  [entry.__compat?.support?.chrome ?? []].flat().map((one) => one.alternative_name).filter(Boolean)));

export function tooNewInCss(text, oldest) {
  const sheet = postcss.parse(text);
  const mended = fallbacks(sheet, oldest);
  const found = [];
  const report = (node, feature) => found.push({ line: node.source?.start?.line, feature });
  sheet.walk((node) => {
    if (underSupports(node)) return;
    if (node.type === "atrule") for (const feature of ofAtRule(node, oldest)) report(node, feature);
    if (node.type === "rule") for (const feature of ofRule(node, oldest)) report(node, feature);
    if (node.type === "decl") {
      const features = ofDeclaration(node, oldest);
      if (features.length && !mended.has(key(node)) && !earlier(node, oldest)) for (const f of features) report(node, f);
    }
  });
  return found;
}

// `@supports (…)` is asked before it is used; `@supports not (…)` is for old browsers and is looked at.
function underSupports(node) {
  for (let up = node.parent; up; up = up.parent) {
    if (up.type === "atrule" && up.name === "supports" && !up.params.trim().startsWith("not")) return true;
  }
  return false;
}

const key = (decl) => `${decl.parent.selector?.replace(/\s+/g, "")}|${decl.prop}`;

// Declarations that the block for old browsers says again in words they know.
function fallbacks(sheet, oldest) {
  const found = new Set();
  sheet.walkAtRules("supports", (block) => {
    if (!block.params.trim().startsWith("not")) return;
    block.walkDecls((decl) => {
      if (!ofDeclaration(decl, oldest).length) found.add(key(decl));
    });
  });
  return found;
}

// The same property, said before in the same rule without anything new: the old browser keeps that one.
function earlier(decl, oldest) {
  if (decl.prop.startsWith("--")) return false;
  const usual = decl.prop.replace(/^-webkit-/, "");
  for (let before = decl.prev(); before; before = before.prev()) {
    if (before.type === "decl" && before.prop.replace(/^-webkit-/, "") === usual && !ofDeclaration(before, oldest).length) return true;
  }
  return false;
}

function ofAtRule(node, oldest) {
  const entry = css["at-rules"][node.name.replace(/^-(?:webkit|moz|ms|o)-/, "")];
  if (!entry) return [`@${node.name}`];
  const found = since(entry) > oldest ? [`@${node.name}`] : [];
  if (node.name === "media") {
    for (const [, feature] of node.params.matchAll(/\(\s*(?:min-|max-)?([a-z-]+)/g)) {
      if (since(entry[feature]) > oldest) found.push(`@media (${feature})`);
    }
    if (/[<>]/.test(node.params) && since(entry.range_syntax) > oldest) found.push("@media with < or >");
  }
  return found;
}

function ofRule(rule, oldest) {
  const found = [];
  if (rule.parent.type === "rule" || rule.selector.includes("&")) found.push("nested rules");
  // A prefixed one speaks to one browser only.
  for (const [, name] of rule.selector.matchAll(/(?<!:)::?([a-z][a-z-]*)/g)) {
    const entry = css.selectors[name];
    if (entry && since(entry) > oldest) found.push(`:${name}`);
  }
  return found;
}

function ofDeclaration(decl, oldest) {
  const { prop } = decl;
  if (DECORATION.has(prop)) return [];
  const found = [];
  const entry = (decl.parent.type === "atrule" && css["at-rules"][decl.parent.name]?.[prop]) || css.properties[prop];
  // A foreign prefix is for another browser; a custom property is what it is used for.
  if (!prop.startsWith("-") && !otherNames.has(prop) && (!entry || since(entry) > oldest)) return [prop];
  if (prop === "clip") return []; // its rect() is as old as CSS, and not the shape of that name
  valueParser(decl.value).walk((node) => {
    if (node.type === "function") {
      const known = functions.get(node.value.toLowerCase());
      if (known && since(known) > oldest) found.push(`${node.value}()`);
      const first = node.nodes[0]?.value;
      if (COLOUR_FUNCTIONS.has(node.value) && first === "from") found.push("colours from another colour");
      return node.value !== "url";
    }
    if (node.type !== "word") return undefined;
    const unit = valueParser.unit(node.value)?.unit?.toLowerCase();
    if (unit) {
      for (const [group, form] of Object.entries(UNIT_GROUPS)) if (form.test(unit) && since(UNITS.length[group]) > oldest) found.push(unit);
      if (UNITS.length[unit] && since(UNITS.length[unit]) > oldest) found.push(unit);
    } else if (entry?.[node.value]?.__compat && since(entry[node.value]) > oldest) {
      found.push(`${prop}: ${node.value}`);
    }
    return undefined;
  });
  return found;
}
