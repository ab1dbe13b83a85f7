import { readAdminCredential } from "../auth/admin-credential.ts";
import type { AdminKey } from "../auth/admin-key.ts";
import type { FetchJson } from "../auth/fetch-json.ts";
import type { AuthProviderJson } from "../functions/code.ts";
import type { AuthenticateMessage } from "../sync/protocol.ts";
import { nobody, type Viewer, viewerOf } from "../sync/viewer.ts";
import { UserError } from "../values/errors.ts";

/** Turns what a request or a socket presents into a Viewer (H14, W16). */
export class Authenticator {
  readonly #adminKey: AdminKey;
  readonly #providers: () => AuthProviderJson[];
  readonly #fetchJson: FetchJson;

  constructor(o: { adminKey: AdminKey; providers: () => AuthProviderJson[]; fetchJson: FetchJson }) {
    this.#adminKey = o.adminKey;
    this.#providers = o.providers;
    this.#fetchJson = o.fetchJson;
  }

  /**
   * The sender of an API request by its Authorization header; nobody without one.
   * @throws UserError 403 for a wrong admin key, 401 for a token that does not verify or another scheme.
   */
  async fromHeader(authorization: string | undefined): Promise<Viewer> {
    if (authorization === undefined) return nobody;
    const [, scheme = "", credential = ""] = /^(\S+)\s+(.*)$/.exec(authorization.trim()) ?? [];
    switch (scheme.toLowerCase()) {
      case "convex":
        return this.#adminOf(credential);
      case "bearer":
        return this.#person(credential);
      default:
        throw new UserError("InvalidAuthHeader", "The Authorization header must be `Bearer <token>` or `Convex <key>`.", 401);
    }
  }

  /** The sender of an HTTP action's request: an invalid token counts only when user code asks who it is. */
  async forHttpAction(authorization: string | undefined): Promise<Viewer> {
    const [, token] = /^bearer\s+(.*)$/i.exec(authorization?.trim() ?? "") ?? [];
    if (token === undefined) return nobody;
    try {
      return await this.#person(token);
    } catch (error) {
      return viewerOf({ invalidToken: error instanceof Error ? error.message : String(error) });
    }
  }

  /** The person or admin of a socket. Throws a UserError when the token does not verify. */
  async fromMessage(message: AuthenticateMessage): Promise<Viewer> {
    switch (message.tokenType) {
      case "None":
        return nobody;
      case "User":
        return this.#person(message.value);
      case "Admin":
        if (!this.#adminKey.matches(message.value)) throw badKey();
        return viewerOf({ admin: true, identity: message.impersonating });
      default:
        return message satisfies never;
    }
  }

  async #person(token: string): Promise<Viewer> {
    // Loaded with the first token: a start does not wait for it.
    const [{ verifyToken }, { decodeJwt }] = await Promise.all([import("../auth/verify-token.ts"), import("jose")]);
    const identity = await verifyToken(token, this.#providers(), this.#fetchJson);
    const { exp } = decodeJwt(token);
    return viewerOf({ identity, authToken: token, expiresAtMs: exp === undefined ? null : exp * 1000 });
  }

  #adminOf(credential: string): Viewer {
    const admin = readAdminCredential(credential, this.#adminKey);
    if (!admin) throw badKey();
    return viewerOf({ admin: true, identity: admin.identity });
  }
}

function badKey(): UserError {
  return new UserError("BadDeployKey", "The admin key is not the key of this deployment.", 403);
}
