/**
 * Source analysis for global scopes that serve many calls: shows the sealer (`realm/in-realm/seal.js`) every variable that
 * lives on after a module was evaluated, so that nothing a call changes can hide from it.
 *
 * State that outlives the evaluation of a module is held by objects, which the sealer finds and freezes, and by variables
 * of functions and blocks that closures keep alive, which no program can list from outside. So each scope whose
 * variables are captured gets a probe at its start. While modules are evaluated the probe hands over closures that
 * read the captured variables, and ones that set those which a call could assign; afterwards it does nothing.
 * `catch` clauses tell what they caught, so that no program goes on unnoticed after it ran into a frozen object.
 */
import { type AnyNode, type Node, parse } from "acorn";
import { analyze, type Scope, type Variable } from "eslint-scope";
import MagicString from "magic-string";
import { nameByProperty } from "./named-functions.ts";
import { childrenOf } from "./tree.ts";

/** The name under which an instrumented module sees the sealer. */
export const SEALER = "__seal$";
/** How an instrumented module begins; running the script gives the function. */
const HEAD = `(function(exports, require, module, ${SEALER}){"use strict";`;

/** `map`: a source map (JSON text) from the new text to the given one. */
export type Instrumented = { code: string; map: string } | { refused: string };

class Refused extends Error {}

/**
 * Takes a CommonJS module without class fields, private names and static blocks (they are lowered before) and gives the
 * text of a function `(exports, require, module, sealer)` that does the same and shows its captured variables, or says
 * why that is impossible. Line numbers stay as they are.
 */
export function instrument(commonJs: string): Instrumented {
  if (commonJs.includes(SEALER)) return { refused: `it uses the name ${SEALER}` };
  const text = `${HEAD}${commonJs}\n})`;
  try {
    const tree = parse(text, { ecmaVersion: "latest", sourceType: "script", preserveParens: true, ranges: true });
    const edit = new MagicString(text);
    const functions = surveyFunctions(tree);
    const manager = analyze(tree as never, {
      ecmaVersion: 2022,
      sourceType: "script",
      childVisitorKeys: { ParenthesizedExpression: ["expression"] } as never,
      fallback: "iteration",
    });
    const top = manager.scopes.find(({ block }) => (block as unknown as AnyNode).type === "FunctionExpression");
    if (top) nameByProperty(edit, top);
    // Innermost first: where several insertions meet, the inner one belongs inside.
    for (const scope of manager.scopes.toReversed()) probeScope(edit, scope, functions);
    for (const clause of functions.catches) tellCaught(edit, clause);
    // Columns of the first line are off by the head; it holds nothing but what the compiler adds.
    const map = edit.generateMap({ source: "module.js", hires: "boundary" });
    return { code: edit.toString(), map: map.toString() };
  } catch (error) {
    if (error instanceof Refused || error instanceof SyntaxError) return { refused: error.message };
    throw error;
  }
}

interface Survey {
  /** Functions whose `this` is used by an arrow function inside. */
  sharesThis: Set<Node>;
  catches: Extract<AnyNode, { type: "CatchClause" }>[];
}

type FunctionNode = Extract<AnyNode, { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }>;

/** Finds captured `this` and catch clauses; refuses what cannot be seen through. */
function surveyFunctions(tree: Node): Survey {
  const survey: Survey = { sharesThis: new Set(), catches: [] };
  const walk = (node: AnyNode, owner: Node | null, inArrow: boolean): void => {
    let nextOwner = owner;
    let nextInArrow = inArrow;
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
        nextOwner = node;
        nextInArrow = false;
        break;
      case "ArrowFunctionExpression":
        nextInArrow = true;
        break;
      case "ThisExpression":
        if (inArrow && owner) survey.sharesThis.add(owner);
        break;
      case "CatchClause":
        survey.catches.push(node);
        break;
      case "CallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "eval") throw new Refused("it calls eval");
        break;
      case "PropertyDefinition":
      case "StaticBlock":
      case "PrivateIdentifier":
        throw new Refused("it holds class fields that were not lowered");
    }
    for (const child of childrenOf(node)) walk(child, nextOwner, nextInArrow);
  };
  walk(tree as AnyNode, null, false);
  return survey;
}

const HANDED_IN = new Set(["exports", "require", "module", SEALER]);

function probeScope(edit: MagicString, scope: Scope, survey: Survey): void {
  if (scope.type === "class" || scope.type === "function-expression-name" || scope.type === "global") return;
  const captured = scope.variables.filter((variable) => isCaptured(variable, scope) && !isHandedIn(variable));
  const block = scope.block as unknown as AnyNode;
  const names = captured.map(({ name }) => name);
  if (scope.type === "function" && survey.sharesThis.has(block)) names.push("this");
  if (names.length === 0) return;
  const changing = captured.filter((variable) => mayChange(variable, scope)).map(({ name }) => name);
  const constant = names.filter((name) => !changing.includes(name));
  insert(edit, scope, block, captured, probe(constant, changing));
}

/** Does a closure use the variable, so that it can live on after its scope has ended? */
function isCaptured(variable: Variable, scope: Scope): boolean {
  return variable.references.some((reference) => reference.from.variableScope !== scope.variableScope);
}

function isHandedIn(variable: Variable): boolean {
  return HANDED_IN.has(variable.name) && variable.scope.upper?.type === "global";
}

/** Can the variable get another value after its scope has run to its end? A paused function has not. */
function mayChange(variable: Variable, scope: Scope): boolean {
  if (variable.defs.some(({ type, parent }) => type === "Variable" && (parent as { kind?: string })?.kind === "const"))
    return false;
  const isPausable = pauses(scope.variableScope.block as unknown as AnyNode);
  return variable.references.some(
    (reference) => reference.isWrite() && (isPausable || reference.from.variableScope !== scope.variableScope),
  );
}

function pauses(node: AnyNode): boolean {
  return "async" in node && (Boolean(node.async) || Boolean((node as FunctionNode).generator));
}

/** An expression that shows variables to the sealer while modules are evaluated. */
function probe(constant: string[], changing: string[]): string {
  const read = `()=>[${constant.join()}]`;
  if (changing.length === 0) return `${SEALER}.on&&${SEALER}.add(${read})`;
  const set = `(v)=>{${changing.map((name, i) => `${name}=v[${i}]`).join(";")}}`;
  return `${SEALER}.on&&${SEALER}.add(${read},()=>[${changing.join()}],${set})`;
}

function insert(edit: MagicString, scope: Scope, block: AnyNode, captured: Variable[], expression: string): void {
  switch (block.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      if (block.body.type === "BlockStatement") insertAtStart(edit, block.body, expression);
      else {
        edit.appendLeft(block.body.start, `(${expression},`);
        edit.appendLeft(block.body.end, ")");
      }
      return;
    case "BlockStatement":
      insertAtStart(edit, block, expression);
      return;
    case "CatchClause":
      insertAtStart(edit, block.body, expression);
      return;
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
      // Closures in the head would see other copies of the variables than the body does.
      if (captured.some((variable) => usedInHead(variable, block))) throw new Refused("a loop's head holds a closure");
      if (block.body.type === "BlockStatement") insertAtStart(edit, block.body, expression);
      else {
        edit.appendLeft(block.body.start, `{${expression};`);
        edit.appendLeft(block.body.end, "}");
      }
      return;
    case "SwitchStatement":
      for (const branch of block.cases) {
        const first = branch.consequent[0];
        if (first) edit.appendLeft(first.start, `${expression};`);
      }
      return;
    default:
      throw new Refused(`variables of a ${block.type} are captured (${scope.type})`);
  }
}

function usedInHead(variable: Variable, loop: { body: Node }): boolean {
  return variable.references.some(({ from, identifier }) => {
    const at = (identifier as unknown as Node).start;
    return from.variableScope !== variable.scope.variableScope && (at < loop.body.start || at >= loop.body.end);
  });
}

type Body = Extract<AnyNode, { type: "BlockStatement" }>;

/** Before the first statement of a block, behind directives. */
function insertAtStart(edit: MagicString, body: Body, expression: string): void {
  const directives = body.body.filter((statement) => "directive" in statement && statement.directive !== undefined);
  edit.appendLeft(directives.at(-1)?.end ?? body.start + 1, `${expression};`);
}

/** `catch (e) {` tells e; one without a name gets one. */
function tellCaught(edit: MagicString, clause: Extract<AnyNode, { type: "CatchClause" }>): void {
  const start = clause.body.start + 1;
  if (clause.param === null || clause.param === undefined) {
    edit.appendLeft(clause.body.start, "(caught$)");
    edit.prependLeft(start, `${SEALER}.caught(caught$);`);
    return;
  }
  if (clause.param.type !== "Identifier") throw new Refused("a catch clause takes its error apart");
  edit.prependLeft(start, `${SEALER}.caught(${clause.param.name});`);
}
