import { validate } from "convex-helpers/validators";
import type { Infer, PropertyValidators, VObject } from "convex/values";
import { fieldProblems, type ActionField, type FieldSpec, type Problem } from "./fields";

/** An action in a list: what it is, and to whom or where it goes. */
export type Head = { title: string; detail: string };

/** Everything both sides know about one kind of action. */
export interface ActionShape<A> {
  validator: VObject<A, PropertyValidators>;
  fields: readonly ActionField[];
  /** Whether a value has exactly the types of this kind. */
  is(value: unknown): value is A;
  /** All that is wrong with a value: with its types or, where these are right, with its fields and rules. */
  problems(value: unknown): Problem[];
  head(action: A): Head;
}

type Definition<V extends VObject<Record<string, unknown>, PropertyValidators>> = {
  validator: V;
  fields: readonly FieldSpec<keyof V["fields"] & string>[];
  /** What the fields alone cannot say. Asked where they are right. */
  rule?: (action: Infer<V>) => Problem | null;
  head: (action: Infer<V>) => Head;
};

/**
 * A kind of action from its validator, the fields as people see them, and its rules. Throws where the fields are not
 * the validator's: a field nobody sees could not be approved.
 */
export function actionShape<V extends VObject<Record<string, unknown>, PropertyValidators>>(
  definition: Definition<V>,
): ActionShape<Infer<V>> {
  const { validator, rule, head } = definition;
  const named = new Map<string, FieldSpec>(definition.fields.map((field) => [field.name, field]));
  const unseen = Object.keys(validator.fields).filter((name) => !named.has(name));
  if (unseen.length > 0 || named.size !== definition.fields.length) {
    throw new Error(`The fields of an action must be listed once each; not listed: ${unseen.join(", ") || "none"}.`);
  }
  const fields = definition.fields.map((field): ActionField => {
    return { ...field, optional: validator.fields[field.name]?.isOptional === "optional" };
  });
  const is = (value: unknown): value is Infer<V> => validate(validator, value);
  return {
    validator,
    fields,
    is,
    head,
    problems: (value) => {
      if (!is(value)) return typeProblems(validator.fields, fields, value);
      const found = fieldProblems(fields, value);
      const broken = found.length === 0 ? (rule?.(value) ?? null) : null;
      return broken === null ? found : [broken];
    },
  };
}

/** Where a value differs in type from what it should be; at least one problem. */
function typeProblems(validators: PropertyValidators, fields: readonly ActionField[], value: unknown): Problem[] {
  if (typeof value !== "object" || value === null) return [{ field: "", text: "This is no action." }];
  const given = value as Readonly<Record<string, unknown>>;
  const wrong = fields.flatMap(({ name, label, optional }): Problem[] => {
    const validator = validators[name];
    if (validator === undefined || validate(validator, given[name])) return [];
    const missing = given[name] === undefined && !optional;
    return [{ field: name, text: `“${label}” ${missing ? "is missing" : "has another type than before"}.` }];
  });
  const unknown = Object.keys(given).filter((name) => given[name] !== undefined && validators[name] === undefined);
  wrong.push(
    ...unknown.map((name) => ({ field: name.slice(0, 40), text: "The action has a field that its kind has not." })),
  );
  return wrong.length > 0 ? wrong : [{ field: "", text: "This is no action of its kind." }];
}
