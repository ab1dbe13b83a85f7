import type { Json, JsonObject } from "../values/json.ts";
import { canonicalText } from "../values/json.ts";

/** Who asks: made once per token, shared by the sync sessions and the HTTP API. */
export interface Viewer {
  /** Claims of the verified token, or of the person an admin acts as; null when nobody is signed in. */
  readonly identity: JsonObject | null;
  /** True with the admin key: may call internal and `_system` functions and name a component. */
  readonly admin: boolean;
  /** Equal for viewers whose queries may share a result: made of the claims, not of the token's text (W10). */
  readonly key: string;
  /** Why the token sent with an HTTP action does not count; `ctx.auth` reports it, the request goes on. */
  readonly invalidToken: string | null;
  /** The token itself, for `getRequestMetadata`; null without one and with the admin key. */
  readonly authToken: string | null;
  /** When the token ends, in ms since 1970; null for none. */
  readonly expiresAtMs: number | null;
}

/** Builds a Viewer from its parts; every part has a default of "nobody". */
export function viewerOf(o: Partial<Omit<Viewer, "key">>): Viewer {
  const identity = o.identity ?? null;
  const admin = o.admin ?? false;
  return {
    identity,
    admin,
    key: (admin ? "admin " : "") + canonicalText(identity as Json),
    invalidToken: o.invalidToken ?? null,
    authToken: o.authToken ?? null,
    expiresAtMs: o.expiresAtMs ?? null,
  };
}

/** Nobody signed in. */
export const nobody: Viewer = viewerOf({});
