// What the desk's own HTTP routes answer to pages of other origins, as the dashboard is one: any page may ask, because asking
// needs a token that only the dashboard has; cookies play no part. Without these headers it could not read the answer.

import { deskErrorOf } from "../shared/errors";

const READABLE = { "access-control-allow-origin": "*" };

/** Headers with what lets another origin read the answer. Nobody keeps a copy. */
export function readable(headers: Record<string, string>): Record<string, string> {
  return { ...READABLE, "cache-control": "no-store", ...headers };
}

/** Answers the browser's question before a request with a token. */
export function preflight(methods: string): Response {
  const headers = {
    ...READABLE,
    "access-control-allow-methods": methods,
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "600",
  };
  return new Response(null, { status: 204, headers });
}

/** A desk error as `{ code, message, … }` with a status: 401 not signed in, 403 not allowed, 404 nothing there, 429 too often, else 409. Throws any other. */
export function refused(error: unknown): Response {
  const known = deskErrorOf(error);
  if (known === null) throw error;
  const status = { notSignedIn: 401, notAllowed: 403, notFound: 404, tooManyTries: 429 }[known.code as string] ?? 409;
  return Response.json(known, { status, headers: readable({}) });
}
