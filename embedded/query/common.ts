import { UserError } from "../values/errors.ts";
import { encodingOf, type Json } from "../values/json.ts";

/** The error for a query that cannot be run as it is written. */
export function badQuery(message: string): UserError {
  return new UserError("InvalidQuery", message);
}

/** Whether a bound or literal stands for a missing field: `{"$undefined": null}`. */
export function isUndefined(value: Json | undefined): boolean {
  if (value === undefined) return true;
  return typeof value === "object" && value !== null && !Array.isArray(value) && encodingOf(value) === "$undefined";
}
