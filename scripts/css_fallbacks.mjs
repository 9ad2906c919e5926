// Colours for browsers older than Chromium 123. Tabler writes them with light-dark() (123),
// oklch() from another colour (119), color-mix() and oklch() (111); the platform's baseline is
// Chromium 100. What such a browser cannot read is worked out here, once, and appended under
// `@supports not`, so that newer browsers keep the original rules.
import postcss from "postcss";
import valueParser from "postcss-value-parser";

const MODERN = /\b(?:color-mix|light-dark|oklch)\(/;
const ROOTS = [":root", "[data-bs-theme=light]"];
const MAX_DEPTH = 12;

export function rootVariables(sheets) {
  const variables = new Map();
  for (const sheet of sheets) {
    postcss.parse(sheet).walkDecls(/^--/, (decl) => {
      const { parent } = decl;
      if (parent.parent.type !== "root" || !parent.selectors) return;
      if (parent.selectors.some((s) => ROOTS.includes(s.replaceAll('"', "")))) variables.set(decl.prop, decl.value);
    });
  }
  return variables;
}

export function withFallbacks(css, rootVars) {
  const sheet = postcss.parse(css);
  plainer(sheet);
  css = sheet.toString();
  if (!MODERN.test(css)) return css;
  const block = postcss.atRule({ name: "supports", params: "not (color:light-dark(#000,#fff))" });
  const anywhere = firstDefinitions(sheet);
  const variants = definingClasses(sheet);
  sheet.walkRules((rule) => {
    const local = new Map();
    rule.walkDecls(/^--/, (decl) => local.set(decl.prop, decl.value));
    const isRoot = rule.selectors.includes(":root");
    // A rule's own value counts first, except at the root, where the platform's stylesheets come later.
    const look = isRoot
      ? (name) => rootVars.get(name) ?? local.get(name)
      : (name) => local.get(name) ?? rootVars.get(name) ?? anywhere.get(name);
    const scope = { mode: "light", look };
    const found = fallbackDecls(rule, scope);
    if (!found.length) return;
    append(block, rule, rule.selector, found);
    if (isRoot) {
      append(block, rule, "[data-bs-theme=dark]", fallbackDecls(rule, { ...scope, mode: "dark" }));
    }
    appendVariants(block, rule, scope, found, variants);
  });
  return `${css}\n${block.toString()}\n`;
}

// What needs no fallback, because one wording does for all browsers.
function plainer(sheet) {
  // Younger than the baseline (105), and about parts that no page has: all browsers then look the same.
  sheet.walkRules(/:has\(/, (rule) => rule.remove());
  sheet.walkDecls((decl) => {
    // Chinese is written from the left; `inline-start` is from 118 on.
    if (decl.prop === "float") decl.value = decl.value.replace("inline-start", "left").replace("inline-end", "right");
    // Left over from Sass: no browser reads it.
    if (/color-mix\((?!\s*in )/.test(decl.value)) decl.remove();
  });
}

// `.alert` mixes from --tblr-alert-variant-color, which `.alert-success` sets: one rule for each pair.
function appendVariants(block, rule, scope, usual, variants) {
  if (!/^\.[\w-]+$/.test(rule.selector)) return;
  const usualValues = new Map(usual.map(({ prop, value }) => [prop, value]));
  const used = new Set([...rule.toString().matchAll(/var\((--[\w-]+)/g)].map((m) => m[1]));
  for (const name of used) {
    for (const [selector, value] of variants.get(name) ?? []) {
      if (selector === rule.selector || !selector.startsWith(`${rule.selector}-`)) continue;
      const look = (asked) => (asked === name ? value : scope.look(asked));
      const changed = fallbackDecls(rule, { ...scope, look }).filter((d) => usualValues.get(d.prop) !== d.value);
      if (changed.length) append(block, rule, rule.selector + selector, changed);
    }
  }
}

function append(block, rule, selector, declarations) {
  let node = postcss.rule({ selector });
  for (const { prop, value, important } of declarations) node.append({ prop, value, important });
  for (let up = rule.parent; up.type === "atrule"; up = up.parent) {
    const wrapper = postcss.atRule({ name: up.name, params: up.params });
    wrapper.append(node);
    node = wrapper;
  }
  block.append(node);
}

function fallbackDecls(rule, scope) {
  const found = [];
  for (const decl of rule.nodes) {
    if (decl.type !== "decl" || !MODERN.test(decl.value)) continue;
    const value = replaceColours(decl.value, scope);
    if (value !== null) found.push({ prop: decl.prop, value, important: decl.important });
  }
  return found;
}

function replaceColours(text, scope) {
  const parsed = valueParser(text);
  let complete = true;
  parsed.walk((node) => {
    if (node.type !== "function" || !["color-mix", "light-dark", "oklch"].includes(node.value)) return undefined;
    const plain = node.value === "light-dark" ? simple(pick(node, scope.mode)) : null;
    const colour = plain ?? format(evaluate(valueParser.stringify(node), scope));
    if (colour === null) complete = false;
    else Object.assign(node, { type: "word", value: colour });
    return false;
  });
  return complete ? parsed.toString() : null;
}

const simple = (text) => (MODERN.test(text) ? null : text);
const pick = (node, mode) => args(node)[mode === "light" ? 0 : 1];

function args(node) {
  const parts = [[]];
  for (const child of node.nodes) {
    if (child.type === "div" && child.value === ",") parts.push([]);
    else parts.at(-1).push(child);
  }
  return parts.map((part) => valueParser.stringify(part).trim());
}

// A colour as [red, green, blue, alpha], sRGB 0..1, or null when it is not known before run time.
function evaluate(text, scope, depth = 0) {
  if (depth > MAX_DEPTH || !text) return null;
  const again = (inner) => evaluate(inner, scope, depth + 1);
  const node = valueParser(text.trim()).nodes[0];
  if (node.type === "word") return word(node.value);
  if (node.type !== "function") return null;
  const parts = args(node);
  if (node.value === "var") return again(scope.look(parts[0]) ?? parts.slice(1).join(","));
  if (node.value === "light-dark") return again(parts[scope.mode === "light" ? 0 : 1]);
  if (node.value === "rgb" || node.value === "rgba") return rgb(parts);
  if (node.value === "oklch") return oklch(parts[0], again);
  if (node.value === "color-mix") return mix(parts, scope, again);
  return null;
}

function word(value) {
  if (value === "transparent") return [0, 0, 0, 0];
  const named = { white: "#fff", black: "#000" }[value] ?? value;
  if (!/^#[0-9a-f]+$/i.test(named)) return null;
  const digits = named.length < 6 ? [...named.slice(1)].map((d) => d + d) : named.slice(1).match(/../g);
  const [r, g, b, a = 255] = digits.map((d) => parseInt(d, 16));
  return [r / 255, g / 255, b / 255, a / 255];
}

function rgb(parts) {
  const numbers = (parts.length > 1 ? parts : parts[0].split(/[\s/]+/)).map((p) =>
    p.endsWith("%") ? parseFloat(p) / 100 : parseFloat(p));
  if (numbers.length < 3 || numbers.some(Number.isNaN)) return null;
  const scale = (n, i) => (parts[i]?.endsWith("%") ? n : n / 255);
  return [...numbers.slice(0, 3).map(scale), numbers[3] ?? 1];
}

function oklch(text, again) {
  const relative = text.match(/^from (.+?\)) (?:calc\(l ([+-]) ([\d.]+)\)|l) c h$/);
  if (relative) {
    const base = again(relative[1]);
    if (!base) return null;
    const [l, a, b] = toOklab(base);
    return [...fromOklab([l + Number(`${relative[2] ?? "+"}${relative[3] ?? 0}`), a, b]), base[3]];
  }
  const [l, c, h] = text.split(/[\s/]+/).map((p) => (p === "none" ? 0 : parseFloat(p)));
  const angle = (h * Math.PI) / 180;
  return [...fromOklab([l / 100, c * Math.cos(angle), c * Math.sin(angle)]), 1];
}

function mix([space, first, second], scope, again) {
  if (!/in (oklab|srgb)/.test(space)) return null;
  const [a, share] = colourAndShare(first, scope);
  const [b, shareOfSecond] = colourAndShare(second, scope);
  const [x, y] = [again(a), again(b)];
  const part = share ?? (shareOfSecond === null ? 0.5 : 1 - shareOfSecond);
  if (!x || !y || Number.isNaN(part)) return null;
  const inSpace = space.includes("oklab") ? [toOklab, fromOklab] : [(c) => c.slice(0, 3), (c) => c];
  const alpha = x[3] * part + y[3] * (1 - part);
  if (alpha === 0) return [0, 0, 0, 0];
  const [p, q] = [inSpace[0](x), inSpace[0](y)];
  const mixed = p.map((value, i) => (value * x[3] * part + q[i] * y[3] * (1 - part)) / alpha);
  return [...inSpace[1](mixed), alpha];
}

function colourAndShare(text, scope) {
  const nodes = valueParser(text).nodes.filter((n) => n.type !== "space");
  const colour = valueParser.stringify(nodes[0]);
  if (nodes.length < 2) return [colour, null];
  return [colour, share(valueParser.stringify(nodes[1]), scope)];
}

function share(text, scope) {
  if (text.endsWith("%")) return parseFloat(text) / 100;
  const product = text.match(/^calc\(var\((--[\w-]+)(?:,\s*([\d.]+))?\)\s*\*\s*([\d.]+)%\)$/);
  if (!product) return NaN;
  return (parseFloat(scope.look(product[1]) ?? product[2]) * parseFloat(product[3])) / 100;
}

const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const gamma = (v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

// Matrices of the Oklab colour space as CSS Color 4 defines it.
function toOklab([red, green, blue]) {
  const [r, g, b] = [red, green, blue].map(linear);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map(gamma);
}

function format(colour) {
  if (!colour) return null;
  const [r, g, b] = colour.slice(0, 3).map((v) => Math.round(Math.min(1, Math.max(0, v)) * 255));
  const alpha = Math.round(colour[3] * 1000) / 1000;
  return alpha >= 1 ? `#${[r, g, b].map((v) => v.toString(16).padStart(2, "0")).join("")}` : `rgba(${r},${g},${b},${alpha})`;
}

function firstDefinitions(sheet) {
  const found = new Map();
  sheet.walkDecls(/^--/, (decl) => {
    if (!found.has(decl.prop)) found.set(decl.prop, decl.value);
  });
  return found;
}

function definingClasses(sheet) {
  const found = new Map();
  sheet.walkDecls(/^--/, (decl) => {
    if (!/^\.[\w-]+$/.test(decl.parent.selector ?? "")) return;
    if (!found.has(decl.prop)) found.set(decl.prop, []);
    found.get(decl.prop).push([decl.parent.selector, decl.value]);
  });
  return found;
}
