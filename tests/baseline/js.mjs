// What a script uses that the oldest browser does not know: its grammar by parsing, names by MDN's
// compatibility data. A name counts as too new when nothing that bears it is old enough, so this finds
// `toSorted` and misses `Set.prototype.union` only if something older is called `union`, too.
import { parse } from "acorn";
import { full } from "acorn-walk";
import { compat, since } from "./compat.mjs";

const GRAMMAR = 2022; // Chromium 100 reads all of ECMAScript 2022

const names = new Map();

function learn(name, entry) {
  const version = since(entry);
  if (version && version < (names.get(name) ?? Infinity)) names.set(name, version);
}

for (const [owner, entry] of [...Object.entries(compat.api), ...Object.entries(compat.javascript.builtins)]) {
  learn(owner, entry);
  for (const [member, inner] of Object.entries(entry)) learn(member.replace(/_(?:static|event)$/, ""), inner);
}
for (const property of Object.keys(compat.css.properties)) {
  // element.style.anchorName
  learn(property.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase()), compat.css.properties[property]);
}

export function tooNewInJs(text, oldest) {
  let tree;
  try {
    tree = parse(text, { ecmaVersion: GRAMMAR, sourceType: "script", locations: true, allowHashBang: true });
  } catch (error) {
    return [{ line: error.loc?.line, feature: `grammar: ${error.message}` }];
  }
  const known = new Set([...askedFor(tree), ...ownNames(tree)]);
  const found = [];
  full(tree, (node) => {
    const name = nameIn(node);
    if (!name || (names.get(name) ?? 0) <= oldest || known.has(name)) return;
    found.push({ line: node.loc.start.line, feature: name });
  });
  return found;
}

function nameIn(node) {
  // `a.b?.()` asks before it calls.
  if (node.type === "CallExpression" && !node.optional) {
    const { callee } = node;
    return callee.type === "MemberExpression" && !callee.computed ? callee.property.name : callee.name;
  }
  if (node.type === "NewExpression") return node.callee.name;
  return null;
}

// What the script itself calls so: `draw() {…}`, `x.draw = …`.
function ownNames(tree) {
  const found = new Set();
  full(tree, (node) => {
    if (node.type === "MethodDefinition" || node.type === "Property") found.add(node.key.name);
    if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") found.add(node.id?.name);
    if (node.type === "VariableDeclarator") found.add(node.id.name);
    if (node.type === "AssignmentExpression" && node.left.type === "MemberExpression") found.add(node.left.property.name);
  });
  return found;
}

// `"x" in y`, `if (y.x)`, `y.x && …`, `typeof X`: the script looks before it leaps.
function askedFor(tree) {
  const found = new Set();
  const take = (node) => {
    if (!node) return;
    if (node.type === "MemberExpression" && !node.computed) found.add(node.property.name);
    if (node.type === "Identifier") found.add(node.name);
    if (node.type === "LogicalExpression") { take(node.left); take(node.right); }
    if (node.type === "UnaryExpression") take(node.argument);
  };
  full(tree, (node) => {
    if (node.type === "BinaryExpression" && node.operator === "in" && node.left.type === "Literal") found.add(node.left.value);
    if (node.type === "IfStatement" || node.type === "ConditionalExpression") take(node.test);
    if (node.type === "LogicalExpression") take(node.left);
    if (node.type === "UnaryExpression" && node.operator === "typeof") take(node.argument);
  });
  return found;
}
