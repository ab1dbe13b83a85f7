import type { Facts } from "./fields";
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
      return typeof value === "string" && compareTexts(folded(value), comparison.op, folded(comparison.value));
    case "member": {
      const values = typeof value === "object" ? value : [String(value)];
      return values.some((one) => comparison.values.includes(one)) === (comparison.op === "isOneOf");
    }
  }
}

function isPresent(value: number | string | readonly string[] | undefined): boolean {
  return value !== undefined && (typeof value === "number" || value.length > 0);
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

/** One form for texts that read the same: Unicode's composed form without regard to case and outer blanks. */
function folded(text: string): string {
  return text.normalize("NFC").toLowerCase().trim();
}
