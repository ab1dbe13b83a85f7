/**
 * The bundler keeps the names of functions through a helper: `n(() => …, "list")` defines the property `name` of each function as it
 * is made. That costs a microsecond, and an SDK makes dozens for a call. What stands as the value of a property is named
 * by the engine without any cost, so `(0,{"list":() => …}["list"])` is put in its place, which is the same function.
 */
import type { AnyNode, Node } from "acorn";
import type { Scope, Variable } from "eslint-scope";
import type MagicString from "magic-string";
import { childrenOf } from "./tree.ts";

/**
 * Replaces calls of the helper, where a module has it as a variable of its own, with anonymous functions and names that are
 * written out, where a call of the module's functions makes them. Comes before all other edits and keeps the number of lines.
 * `top` is the scope of the module's body.
 */
export function nameByProperty(edit: MagicString, top: Scope): void {
  const callees = new Set<Node>();
  for (const helper of top.variables.filter((variable) => isHelper(variable, top))) {
    for (const { identifier } of helper.references) callees.add(identifier as unknown as Node);
  }
  if (callees.size === 0) return;
  const body = top.block as unknown as AnyNode;
  const walk = (node: AnyNode): void => {
    if (node.type === "CallExpression" && callees.has(node.callee)) replace(edit, node);
    for (const child of childrenOf(node)) walk(child);
  };
  // What the module makes as it is evaluated is made once.
  for (const node of outermostFunctions(body)) walk(node);
}

function* outermostFunctions(node: AnyNode): Iterable<AnyNode> {
  for (const child of childrenOf(node)) {
    if (isFunction(child)) yield child;
    else yield* outermostFunctions(child);
  }
}

function replace(edit: MagicString, call: Extract<AnyNode, { type: "CallExpression" }>): void {
  const [made, name] = call.arguments;
  if (call.optional || call.arguments.length !== 2 || !made || name?.type !== "Literal" || typeof name.value !== "string") return;
  if (name.value === "__proto__" || !isAnonymousFunction(made) || assignsFunctions(made)) return;
  const key = JSON.stringify(name.value);
  edit.update(call.start, made.start, `(0,{${key}:${linesOf(edit, call.start, made.start)}`);
  edit.update(made.end, call.end, `}${linesOf(edit, made.end, call.end)}[${key}])`);
}

/** Functions without a name are shown in stacks as what they are assigned to, and in what object that happens. */
function assignsFunctions(node: AnyNode): boolean {
  if (node.type === "AssignmentExpression" && node.left.type === "MemberExpression" && isAnonymousFunction(node.right)) return true;
  return [...childrenOf(node)].some(assignsFunctions);
}

/** `(f, text) => define(f, "name", { value: text, configurable: true })`, with `define` from `Object.defineProperty`. */
function isHelper(variable: Variable, top: Scope): boolean {
  const made = onlyValue(variable);
  if (made?.type !== "ArrowFunctionExpression" || made.body.type !== "CallExpression") return false;
  const [target, text] = made.params;
  const { callee, arguments: given } = made.body;
  if (made.params.length !== 2 || target?.type !== "Identifier" || text?.type !== "Identifier" || given.length !== 3) return false;
  const [on, key, flags] = given;
  return (
    on?.type === "Identifier" &&
    on.name === target.name &&
    key?.type === "Literal" &&
    key.value === "name" &&
    flags?.type === "ObjectExpression" &&
    flags.properties.length === 2 &&
    flags.properties.every((property) => isFlag(property, text.name)) &&
    callee.type === "Identifier" &&
    isDefineProperty(top.set.get(callee.name), top)
  );
}

/** `value: text` or `configurable: true`. */
function isFlag(property: AnyNode, text: string): boolean {
  if (property.type !== "Property" || property.computed || property.key.type !== "Identifier") return false;
  const { value } = property;
  if (property.key.name === "value") return value.type === "Identifier" && value.name === text;
  return property.key.name === "configurable" && value.type === "Literal" && value.value === true;
}

/** A variable that is `Object.defineProperty` of the engine and nothing else. */
function isDefineProperty(variable: Variable | undefined, top: Scope): boolean {
  const made = variable && onlyValue(variable);
  return (
    made?.type === "MemberExpression" &&
    !made.computed &&
    made.object.type === "Identifier" &&
    made.object.name === "Object" &&
    !top.set.has("Object") &&
    made.property.type === "Identifier" &&
    made.property.name === "defineProperty"
  );
}

/** What a variable is declared with, when it never gets another value. */
function onlyValue({ defs, references }: Variable): AnyNode | null {
  const [definition] = defs;
  const declarator = definition?.node as AnyNode | undefined;
  if (defs.length !== 1 || declarator?.type !== "VariableDeclarator" || declarator.id.type !== "Identifier") return null;
  if (references.filter((reference) => reference.isWrite()).length !== 1) return null;
  return (declarator.init as AnyNode | null | undefined) ?? null;
}

function isFunction({ type }: AnyNode): boolean {
  return type === "FunctionDeclaration" || type === "FunctionExpression" || type === "ArrowFunctionExpression";
}

function isAnonymousFunction(node: AnyNode): boolean {
  if (node.type === "ParenthesizedExpression") return isAnonymousFunction(node.expression);
  return node.type === "ArrowFunctionExpression" || (node.type === "FunctionExpression" && !node.id);
}

/** The line ends between two places. */
function linesOf(edit: MagicString, start: number, end: number): string {
  return "\n".repeat(edit.original.slice(start, end).split("\n").length - 1);
}
