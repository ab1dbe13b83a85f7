/** Questions about the shape of a validator that only a push asks. */
import type { ValidatorJson } from "../values/validators.ts";

/** Whether only strings pass: `v.string()`, a string literal, or a union of those. */
export function isStringLike(validator: ValidatorJson): boolean {
  if (validator.type === "string") return true;
  if (validator.type === "literal") return typeof validator.value === "string";
  return validator.type === "union" && validator.value.every(isStringLike);
}

/** Whether a validator holds, at any depth, a record whose keys are not strings, ids or string literals. */
export function hasBadRecord(validator: ValidatorJson): boolean {
  switch (validator.type) {
    case "array":
      return hasBadRecord(validator.value);
    case "union":
      return validator.value.some(hasBadRecord);
    case "object":
      return Object.values(validator.value).some(({ fieldType }) => hasBadRecord(fieldType));
    case "record":
      return !isKey(validator.keys) || hasBadRecord(validator.values.fieldType);
    default:
      return false;
  }
}

function isKey(validator: ValidatorJson): boolean {
  return (
    validator.type === "id" || isStringLike(validator) || (validator.type === "union" && validator.value.every(isKey))
  );
}

/** Whether a document that passes `validator` can have a value at the dotted `path` (parts). */
export function canContain(validator: ValidatorJson, path: readonly string[]): boolean {
  return validatorsAt(validator, path).length > 0;
}

/** The validators a value at `path` may have to pass, one for every union member that knows the path. */
export function validatorsAt(validator: ValidatorJson, path: readonly string[]): ValidatorJson[] {
  if (validator.type === "any") return [validator];
  if (validator.type === "union") return validator.value.flatMap((member) => validatorsAt(member, path));
  const [head, ...rest] = path;
  if (head === undefined) return [validator];
  if (validator.type === "object") {
    const field = Object.hasOwn(validator.value, head) ? validator.value[head] : undefined;
    return field ? validatorsAt(field.fieldType, rest) : [];
  }
  if (validator.type === "record") return validatorsAt(validator.values.fieldType, rest);
  return [];
}
