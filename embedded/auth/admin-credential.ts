import type { IdentityJson } from "../functions/call-types.ts";
import { UserError } from "../values/errors.ts";
import { parseJsonText } from "../values/json-text.ts";
import type { AdminKey } from "./admin-key.ts";

/**
 * Reads what follows `Convex ` in an Authorization header: `<key>`, or `<key>:<base64 of the JSON of an identity>`
 * to act as that person (SPEC U3). Null when the key is not `adminKey`. Throws UserError "BadAdminIdentity" (400) for an
 * identity that is none.
 */
export function readAdminCredential(credential: string, adminKey: AdminKey): { identity: IdentityJson | null } | null {
  const rest = adminKey.restOf(credential);
  if (rest === null) return null;
  return { identity: rest === "" ? null : parseIdentity(rest.slice(1)) };
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

/** Far more than an identity holds. */
const MOST = { depth: 1_000, values: 1_000_000 };

function jsonOrNull(text: string): unknown {
  try {
    return parseJsonText(text, MOST);
  } catch {
    return null;
  }
}
