import { type Facts, folded, type TextFact } from "./fields";
import type { Comparison, Condition } from "./types";

/** Whether a condition holds: every clause, of each clause at least one comparison. */
export function holds(condition: Condition, facts: Facts): boolean {
  return condition.every(({ anyOf }) => anyOf.some((comparison) => compares(comparison, facts)));
}

/** Whether one comparison holds. False when the field is missing or of another type, except for "isMissing". */
export function compares(comparison: Comparison, facts: Facts): boolean {
  const value = facts.get(comparison.field);
  if (comparison.kind === "presence") return isPresent(value) === (comparison.op === "isPresent");
  if (value === undefined) return false;
  switch (comparison.kind) {
    case "number":
      return typeof value === "number" && compareNumbers(value, comparison.op, comparison.value);
    case "text":
      return isText(value) && compareTexts(value.folded, comparison.op, folded(comparison.value));
    case "member": {
      const values = isText(value) ? [value.text] : typeof value === "number" ? [] : value;
      return values.some((one) => comparison.values.includes(one)) === (comparison.op === "isOneOf");
    }
  }
}

type Fact = number | TextFact | readonly string[];

function isText(value: Fact): value is TextFact {
  return typeof value === "object" && "folded" in value;
}

/** A blank text and an empty list are missing, too. */
function isPresent(value: Fact | undefined): boolean {
  if (value === undefined || typeof value === "number") return value !== undefined;
  return isText(value) ? value.folded !== "" : value.length > 0;
}

function compareNumbers(value: number, op: Extract<Comparison, { kind: "number" }>["op"], other: number): boolean {
  switch (op) {
    case "is":
      return value === other;
    case "isNot":
      return value !== other;
    case "less":
      return value < other;
    case "atMost":
      return value <= other;
    case "atLeast":
      return value >= other;
    case "more":
      return value > other;
  }
}

function compareTexts(value: string, op: Extract<Comparison, { kind: "text" }>["op"], other: string): boolean {
  switch (op) {
    case "is":
      return value === other;
    case "isNot":
      return value !== other;
    case "contains":
      return value.includes(other);
    case "containsNot":
      return !value.includes(other);
    case "startsWith":
      return value.startsWith(other);
    case "endsWith":
      return value.endsWith(other);
  }
}
