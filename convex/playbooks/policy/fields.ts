import { shapeOf } from "../../shared/actions";
import { type Field, fieldsOfAction, REQUEST_FIELDS } from "../../shared/policy/fields";

/**
 * The fields that rules of a playbook's policy may use: those of every request, and those of its action. Throws where
 * the desk has no playbook of that name.
 */
export function ruleFieldsOf(playbook: string): Field[] {
  return [...REQUEST_FIELDS, ...fieldsOfAction(shapeOf(playbook).validator)];
}
