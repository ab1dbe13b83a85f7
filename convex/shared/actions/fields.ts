// How people see and edit the fields of an action: one list per kind of action, which the checks, the edit form, the
// page and the diff all follow.

import { dollars } from "../money";

/** One way a choice can be answered: the stored value and how a person reads it. */
export type Choice = { value: string; label: string };

/**
 * What a field holds. line: text without line breaks; text: any text; both at most `max` UTF-16 units long. money: whole
 * cents from 1 to `max`. choice: one of the listed texts. date: a day as "YYYY-MM-DD".
 */
export type Widget =
  | { widget: "line" | "text"; max: number }
  | { widget: "money"; max: number }
  | { widget: "choice"; choices: readonly Choice[] }
  | { widget: "date" };

export type FieldSpec<Name extends string = string> = {
  name: Name;
  label: string;
  hint?: string;
  /** The desk fills it in: people see it and cannot edit it. */
  fixed?: true;
  /** The field is there exactly where the choice `field` has `value`; `problem` says so. */
  onlyWith?: { field: Name; value: string; problem: string };
} & Widget;

/** A field as its kind of action has it; `optional` is its validator's. */
export type ActionField = FieldSpec & { optional: boolean };

/** What is wrong with an action, in words for people and models alike, and the field to correct. */
export type Problem = { field: string; text: string };

/** A choice from its labels by value, in the order in which they are written. */
export function choicesOf(labels: Readonly<Record<string, string>>): Choice[] {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}

/** What is wrong with the fields of an action whose types are right: at most one problem per field, in their order. */
export function fieldProblems(fields: readonly ActionField[], action: Readonly<Record<string, unknown>>): Problem[] {
  return fields.flatMap((field) => {
    const value = action[field.name];
    const text = presenceProblem(field, action) ?? (value === undefined ? null : valueProblem(field, value));
    return text === null ? [] : [{ field: field.name, text }];
  });
}

function presenceProblem({ name, onlyWith }: ActionField, action: Readonly<Record<string, unknown>>): string | null {
  if (onlyWith === undefined) return null;
  return (action[name] !== undefined) === (action[onlyWith.field] === onlyWith.value) ? null : onlyWith.problem;
}

function valueProblem(field: ActionField, value: unknown): string | null {
  switch (field.widget) {
    case "line":
    case "text":
      return typeof value === "string" ? textProblem(field.label, field, value) : null;
    case "money":
      return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= field.max
        ? null
        : `“${field.label}” must be a whole number of cents from ${dollars(1)} to ${dollars(field.max)}.`;
    case "date":
      return typeof value === "string" && isDay(value) ? null : `“${field.label}” must be a day such as 2027-03-31.`;
    case "choice":
      return null; // The validator knows the choices.
    default:
      return field satisfies never;
  }
}

function textProblem(label: string, { widget, max }: { widget: string; max: number }, text: string): string | null {
  if (text.trim() === "") return `“${label}” is empty.`;
  if (text.length > max) return `“${label}” is longer than ${max.toLocaleString("en-US")} characters.`;
  if (widget === "line" && /[\r\n]/.test(text)) return `“${label}” must be one line.`;
  return text.isWellFormed() ? null : `“${label}” holds broken characters.`;
}

/** Whether a text is a day of the calendar as "YYYY-MM-DD". */
export function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
