import { type Action, type ActionField, kindOf, shapeOf, shapeOfKind } from "@convex/shared/actions";
import { dollars } from "@convex/shared/money";
import { dayText } from "./format";

/** The value of a field as people read it, or null where there is none (yet) or it is of another type. */
export function fieldText(field: ActionField, value: unknown): string | null {
  switch (field.widget) {
    case "money":
      return typeof value === "number" ? dollars(value) : null;
    case "choice":
      return field.choices.find((choice) => choice.value === value)?.label ?? null;
    case "date":
      return typeof value === "string" ? dayText(value) : null;
    case "line":
    case "text":
      return typeof value === "string" ? value : null;
    default:
      return field satisfies never;
  }
}

/** The fields of a playbook's action, in the order in which people see them. */
export function fieldsOf(playbook: string): readonly ActionField[] {
  return shapeOf(playbook).fields;
}

/** One field of an action on two sides; `null` where a side has no such field. */
export interface FieldChange {
  field: ActionField;
  before: string | null;
  after: string | null;
}

/**
 * Every field that either side has, in order; equal ones too, so that a reader sees what did not change. Between a
 * question and an action everything is new.
 */
export function fieldChanges(before: Action, after: Action): FieldChange[] {
  const kind = kindOf(after);
  const comparable = kindOf(before) === kind;
  return shapeOfKind(kind).fields.flatMap((field) => {
    const change = { field, before: comparable ? textIn(field, before) : null, after: textIn(field, after) };
    return change.before === null && change.after === null ? [] : [change];
  });
}

/** Every field that an action has, with its value as people read it. */
export function actionFields(action: Action): { field: ActionField; text: string }[] {
  return shapeOfKind(kindOf(action)).fields.flatMap((field) => {
    const text = textIn(field, action);
    return text === null ? [] : [{ field, text }];
  });
}

function textIn(field: ActionField, action: Action): string | null {
  return fieldText(field, (action as Readonly<Record<string, unknown>>)[field.name]);
}
