/**
 * The errors of a push. Everything a person can repair is a 400: the command line repeats 409 and 5xx for ever.
 */
import { UserError } from "../values/errors.ts";

/** A push error with its short code (P2). The status is 400 unless the command line must try again by itself (409). */
export function pushError(code: string, message: string, httpStatus = 400): UserError {
  return new UserError(code, message, httpStatus);
}

/** The first line of every message of a failed push. */
export function wrapPushMessage(message: string): string {
  return `Hit an error while pushing:\n${message}`;
}

/** `error` as a push error: a UserError keeps its code, anything else is not ours and is thrown on. */
export function asPushError(error: unknown): UserError {
  if (!(error instanceof UserError)) throw error;
  if (error.message.startsWith("Hit an error while pushing:")) return error;
  return new UserError(error.code, wrapPushMessage(error.message), error.httpStatus);
}
