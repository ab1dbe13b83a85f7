import { type Action, type ActionField, type Problem, shapeOf } from "@convex/shared/actions";
import { canonicalJson } from "@convex/shared/canonicalJson";
import { centsIn } from "@convex/shared/money";

/** An action as somebody types it: the text of each field by its name; "" where there is none. */
export type ActionEdit = Readonly<Record<string, string>>;

/** What typed texts come to: the action, with exactly the types of its playbook, or what is wrong, field by field. */
export type Read = { action: Action; problems: [] } | { action: null; problems: Problem[] };

/** An action as texts to edit; amounts as dollars with cents. */
export function editOf(playbook: string, action: Action): ActionEdit {
  const values = action as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    shapeOf(playbook).fields.map((field) => [field.name, typedText(field, values[field.name])]),
  );
}

/** Reads typed texts as a playbook's action. Empty optional fields, and fields without their choice, are left out. */
export function readEdit(playbook: string, edit: ActionEdit): Read {
  const shape = shapeOf(playbook);
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const field of shape.fields.filter((each) => isShown(each, edit))) {
    const text = edit[field.name] ?? "";
    if (text.trim() === "" && field.optional && field.onlyWith === undefined) continue;
    const value = typedValue(field, text);
    if (value === null) problems.push({ field: field.name, text: missingText(field, text) });
    else values[field.name] = value;
  }
  // A field that cannot be read is one problem, not two.
  const broken = new Set(problems.map(({ field }) => field));
  problems.push(...shape.problems(values).filter(({ field }) => !broken.has(field)));
  return shape.is(values) && problems.length === 0 ? { action: values, problems: [] } : { action: null, problems };
}

/** Whether a field belongs to the form now: some are there only with a certain choice in another. */
export function isShown({ onlyWith }: ActionField, edit: ActionEdit): boolean {
  return onlyWith === undefined || edit[onlyWith.field] === onlyWith.value;
}

/** Whether two actions are the same, by their canonical JSON, which is what is approved. */
export function sameAction(one: Action, other: Action): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

function typedText(field: ActionField, value: unknown): string {
  if (field.widget === "money") return typeof value === "number" ? (value / 100).toFixed(2) : "";
  return typeof value === "string" ? value : "";
}

/** The value a text stands for, or null where it stands for none. */
function typedValue(field: ActionField, text: string): unknown {
  switch (field.widget) {
    case "money":
      return centsIn(text);
    case "choice":
      return field.choices.find(({ value }) => value === text)?.value ?? null;
    case "date":
    case "line":
    case "text":
      return text;
    default:
      return field satisfies never;
  }
}

function missingText(field: ActionField, text: string): string {
  if (field.widget === "choice") return `Choose one for “${field.label}”.`;
  if (text.trim() === "") return field.onlyWith?.problem ?? `“${field.label}” is empty.`;
  return "Enter an amount in dollars, such as 64.90.";
}
