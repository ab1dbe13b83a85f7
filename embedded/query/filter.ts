import {
  checkValue,
  compareValues,
  decodeFloat,
  decodeInt64,
  encodeInt64,
  encodingOf,
  isPlainObject,
  type Json,
  type JsonObject,
} from "../values/json.ts";
import { fieldAt } from "../values/sort-key.ts";
import { valueText } from "../values/validator-text.ts";
import { badQuery, isUndefined } from "./common.ts";

/** Whether a document passes. Throws a UserError when the filter goes wrong on it, as in adding text. */
export type Predicate = (doc: JsonObject) => boolean;

type Evaluate = (doc: JsonObject) => Json | undefined;

/** Checks a filter expression and makes it a function (SPEC Q5). Throws a UserError for what is no expression. */
export function compileFilter(expression: Json): Predicate {
  const evaluate = compile(expression);
  return (doc) => truth(evaluate(doc));
}

function compile(expression: Json): Evaluate {
  if (!isPlainObject(expression)) throw badQuery(`${JSON.stringify(expression)} is not a filter expression.`);
  const entries = Object.entries(expression);
  const [operator, operand] = entries[0] ?? ["", null];
  if (entries.length !== 1) throw badQuery("A filter expression must have exactly one operator.");
  if (operator === "$field") {
    if (typeof operand !== "string") throw badQuery("$field must name a field.");
    return (doc) => fieldAt(doc, operand);
  }
  if (operator === "$literal") return literal(operand);
  if (operator === "$and" || operator === "$or") {
    const parts = operands(operator, operand).map(compile);
    const isAnd = operator === "$and";
    return (doc) => {
      for (const part of parts) if (truth(part(doc)) !== isAnd) return !isAnd;
      return isAnd;
    };
  }
  if (operator === "$not") {
    const part = compile(operand);
    return (doc) => !truth(part(doc));
  }
  if (operator === "$neg") {
    const part = compile(operand);
    return (doc) => negate(part(doc));
  }
  const compare = COMPARISONS[operator];
  const calculate = ARITHMETIC[operator];
  if (compare === undefined && calculate === undefined) throw badQuery(`Unknown filter operator ${operator}.`);
  const [left, right] = pair(operator, operand);
  if (compare !== undefined) return (doc) => compare(compareValues(left(doc), right(doc)));
  return (doc) => arithmetic(calculate!, left(doc), right(doc));
}

const COMPARISONS: Record<string, (order: number) => boolean> = {
  $eq: (order) => order === 0,
  $neq: (order) => order !== 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
};

interface Calculation {
  /** As it is called in errors. */
  verb: string;
  ints: (a: bigint, b: bigint) => bigint;
  floats: (a: number, b: number) => number;
}

const ARITHMETIC: Record<string, Calculation> = {
  $add: { verb: "add", ints: (a, b) => a + b, floats: (a, b) => a + b },
  $sub: { verb: "subtract", ints: (a, b) => a - b, floats: (a, b) => a - b },
  $mul: { verb: "multiply", ints: (a, b) => a * b, floats: (a, b) => a * b },
  $div: { verb: "divide", ints: (a, b) => a / b, floats: (a, b) => a / b },
  $mod: { verb: "mod", ints: (a, b) => a % b, floats: (a, b) => a % b },
};

function literal(value: Json): Evaluate {
  if (isUndefined(value)) return () => undefined;
  checkValue(value, { what: "Invalid value in a filter" });
  return () => value;
}

function operands(operator: string, operand: Json): Json[] {
  if (!Array.isArray(operand)) throw badQuery(`${operator} must have an array of expressions.`);
  return operand;
}

function pair(operator: string, operand: Json): [Evaluate, Evaluate] {
  const [left, right, ...rest] = operands(operator, operand);
  if (left === undefined || right === undefined || rest.length > 0)
    throw badQuery(`${operator} must have two expressions.`);
  return [compile(left), compile(right)];
}

function truth(value: Json | undefined): boolean {
  if (typeof value === "boolean") return value;
  throw badQuery(`Cannot use value ${shown(value)} as a Boolean`);
}

function negate(value: Json | undefined): Json {
  const n = numberOf(value);
  if (typeof n === "bigint") return inRange(-n);
  if (n === undefined) throw badQuery(`Cannot negate ${shown(value)}`);
  return encodeFloat(-n);
}

function arithmetic({ verb, ints, floats }: Calculation, a: Json | undefined, b: Json | undefined): Json {
  const x = numberOf(a);
  const y = numberOf(b);
  if (typeof x === "number" && typeof y === "number") return encodeFloat(floats(x, y));
  if (typeof x !== "bigint" || typeof y !== "bigint") {
    throw badQuery(`Cannot ${verb} ${shown(a)} and ${shown(b)}`);
  }
  if (y === 0n && (verb === "divide" || verb === "mod")) throw badQuery(`Cannot ${verb} ${x} by zero`);
  return inRange(ints(x, y));
}

function inRange(n: bigint): Json {
  if (BigInt.asIntN(64, n) !== n) throw badQuery(`${n} is out of range for Int64`);
  return encodeInt64(n);
}

function numberOf(value: Json | undefined): number | bigint | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const encoding = encodingOf(value);
  if (encoding === "$integer") return decodeInt64(value);
  return encoding === "$float" ? decodeFloat(value) : undefined;
}

function encodeFloat(n: number): Json {
  if (Number.isFinite(n) && !Object.is(n, -0)) return n;
  // The processor's own NaN may be negative, which would sort before all numbers.
  if (Number.isNaN(n)) return { $float: "AAAAAAAA+H8=" };
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(n);
  return { $float: bytes.toString("base64") };
}

/** A value with its type, for errors. */
function shown(value: Json | undefined): string {
  return `${valueText(value)} (type ${typeName(value)})`;
}

function typeName(value: Json | undefined): string {
  if (value === undefined || value === null) return String(value);
  const n = numberOf(value);
  if (n !== undefined) return typeof n === "bigint" ? "int64" : "float64";
  if (typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return "array";
  return encodingOf(value) === "$bytes" ? "bytes" : "object";
}
