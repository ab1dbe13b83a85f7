import { UserError } from "../values/errors.ts";

/** Why an import cannot be done, as the command line prints it; all end it with nothing changed. */
export function importError(code: string, message: string): UserError {
  return new UserError(code, message);
}

/** The refusal of one row (from 1) of a file. */
export function rowError(row: number, problem: string): UserError {
  return importError("InvalidConvexValue", `Row ${row} wasn't a valid Convex value: ${problem}`);
}
