import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, decodeJwt } from "jose";
import Provider from "oidc-provider";

/** What a company says about somebody. */
export interface Employee {
  sub: string;
  name?: string;
  email: string;
  email_verified: boolean | string;
}

/** A company's identity provider on loopback: a real one, whose people need no password and whose tokens can be spoilt. */
export interface IdentityProvider {
  issuer: string;
  /** Who is at the keyboard: the next sign-in is theirs. */
  employee: Employee;
  /** What becomes of the next ID tokens; null for nothing. */
  spoil: ((claims: Record<string, unknown>) => Promise<string>) | null;
  /** Signs claims as the provider does. */
  sign(claims: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export const CLIENT = { id: "approval-desk", secret: "a secret of forty-two characters, at least" };

/** Opens a provider that sends people back to `callback` only. */
export async function openIdentityProvider(callback: string): Promise<IdentityProvider> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [callback] }],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: "one", use: "sig", alg: "RS256" }] },
    cookies: { keys: ["a key for the provider's cookies"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    // Auth.js reads the ID token, and no user info.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ ...idp.employee, sub: id }) }),
    // Whoever signs in has agreed that the desk learns who they are.
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ accountId: oidc.session?.accountId ?? "", clientId: CLIENT.id });
      grant.addOIDCScope("openid profile email");
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    await next();
    const body = ctx.body as { id_token?: string } | undefined;
    if (ctx.path === "/token" && body?.id_token !== undefined && idp.spoil !== null) {
      body.id_token = await idp.spoil(decodeJwt(body.id_token));
    }
  });
  const handle = provider.callback();
  server.on("request", (request, response) => {
    if (!request.url?.startsWith("/interaction/")) return void handle(request, response);
    void provider.interactionFinished(request, response, { login: { accountId: idp.employee.sub, remember: false } });
  });
  const idp: IdentityProvider = {
    issuer,
    employee: { sub: "nobody", email: "", email_verified: false },
    spoil: null,
    sign: (claims) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(privateKey),
    close: () => new Promise((done) => server.close(() => done())),
  };
  return idp;
}
