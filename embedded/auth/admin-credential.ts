import type { IdentityJson } from "../functions/call-types.ts";
import { UserError } from "../values/errors.ts";
import { withoutType } from "./admin-key.ts";

/**
 * Splits what follows `Convex ` in an Authorization header: `<key>`, or `<key>:<base64 of the JSON of an identity>`
 * to act as that person (SPEC U3). The key is not checked here. Throws UserError "BadAdminIdentity" (400) for an
 * identity that is none.
 */
export function parseAdminCredential(credential: string): { key: string; identity: IdentityJson | null } {
  const text = withoutType(credential);
  const colon = text.indexOf(":");
  if (colon < 0) return { key: text, identity: null };
  return { key: text.slice(0, colon), identity: parseIdentity(text.slice(colon + 1)) };
}

function parseIdentity(base64: string): IdentityJson {
  const identity = jsonOrNull(Buffer.from(base64, "base64").toString("utf8"));
  if (typeof identity !== "object" || identity === null || Array.isArray(identity)) {
    throw new UserError("BadAdminIdentity", "The identity after the admin key is not base64 text of a JSON object.");
  }
  for (const claim of ["tokenIdentifier", "issuer", "subject"]) {
    if (typeof (identity as Record<string, unknown>)[claim] !== "string") {
      throw new UserError("BadAdminIdentity", `The identity after the admin key needs a text "${claim}".`);
    }
  }
  return identity as IdentityJson;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
