import { generateKeyPairSync } from "node:crypto";
import { ConvexHttpClient } from "convex/browser";
import { describe, expect, it, vi } from "vitest";
import { api } from "../fixtures/apps/people/convex/_generated/api.js";
import { pushedApp, type PushedApp } from "./pushed-app.ts";

// The library's own provider hashes passwords inside a mutation; on a busy machine that takes more than its second.
vi.hoisted(() => {
  process.env["DATABASE_UDF_USER_TIMEOUT_SECONDS"] = "10";
});

/** Components that know people: auth with passwords and tokens of the deployment's own, presence. */

const app = pushedApp("people", { prepare: setSigningKeys });

/** What the auth library's own setup command puts into a deployment's variables. */
async function setSigningKeys(app: PushedApp): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString().trimEnd().replaceAll("\n", " ");
  await app.setVariables({
    JWT_PRIVATE_KEY: key,
    JWKS: JSON.stringify({ keys: [{ use: "sig", ...publicKey.export({ format: "jwk" }) }] }),
    SITE_URL: "http://127.0.0.1:3000",
  });
}

interface Tokens {
  token: string;
  refreshToken: string;
}

describe("auth", () => {
  const signIn = async (args: { provider?: string; refreshToken?: string; params?: object }): Promise<Tokens | null> => {
    const answer = await app().http.action(api.auth.signIn, args);
    return (answer as { tokens?: Tokens | null }).tokens ?? null;
  };
  const password = (flow: string, email: string, text: string) =>
    signIn({ provider: "password", params: { flow, email, password: text } });
  const clientOf = (token: string) => {
    const client = new ConvexHttpClient(app().deployment.url, { logger: false });
    client.setAuth(token);
    return client;
  };

  it("K10: sign-up, sign-in, refresh and sign-out; the tokens count on HTTP and WebSockets", async () => {
    const email = "ada@example.com";
    const signedUp = await password("signUp", email, "correct horse battery");
    const http = clientOf(signedUp!.token);
    expect(await http.query(api.diary.me, {})).toEqual({ email, issuer: app().deployment.siteUrl });
    await http.mutation(api.diary.write, { text: "first day" });

    await expect(password("signIn", email, "wrong horse battery")).rejects.toThrow(/InvalidSecret/);
    const signedIn = await password("signIn", email, "correct horse battery");
    const live = app().live();
    const { promise: accepted, resolve } = Promise.withResolvers<boolean>();
    live.setAuth(() => Promise.resolve(signedIn!.token), resolve);
    expect(await accepted).toBe(true);
    expect(await live.query(api.diary.read, {})).toEqual(["first day"]);
    expect(await app().http.query(api.diary.read, {})).toEqual([]);

    const refreshed = await signIn({ refreshToken: signedIn!.refreshToken });
    expect(refreshed!.refreshToken).not.toBe(signedIn!.refreshToken);
    expect(await clientOf(refreshed!.token).query(api.diary.read, {})).toEqual(["first day"]);
    await clientOf(refreshed!.token).action(api.auth.signOut, {});
    expect(await signIn({ refreshToken: refreshed!.refreshToken })).toBe(null);
    // The other session goes on.
    expect(await signIn({ refreshToken: signedUp!.refreshToken })).not.toBe(null);
  });

  it("K10: discovery and keys stand on the deployment's own site; a token of another issuer is refused", async () => {
    const { siteUrl } = app().deployment;
    const discovery = await (await fetch(`${siteUrl}/.well-known/openid-configuration`)).json();
    expect(discovery).toMatchObject({ issuer: siteUrl, jwks_uri: `${siteUrl}/.well-known/jwks.json` });
    const { keys } = (await (await fetch(`${siteUrl}/.well-known/jwks.json`)).json()) as { keys: object[] };
    expect(keys).toEqual([expect.objectContaining({ kty: "RSA", use: "sig" })]);
    const { token } = (await password("signUp", "bob@example.com", "correct horse battery"))!;
    const [head, , signature] = token.split(".");
    const claims = Buffer.from(JSON.stringify({ sub: "x|y", iss: "https://elsewhere.test", aud: "convex", exp: 2e9 }));
    const forged = clientOf([head, claims.toString("base64url"), signature].join("."));
    await expect(forged.query(api.diary.me, {})).rejects.toThrow(/No auth provider found/);
  });
});

describe("presence", () => {
  const heartbeat = (userId: string, sessionId: string, interval: number) =>
    app().http.mutation(api.presence.heartbeat, { roomId: "desk", userId, sessionId, interval });
  const online = (users: { userId: string; online: boolean }[]) =>
    users.filter(({ online }) => online).map(({ userId }) => userId).sort();

  it("K11: heartbeats show who is there; who says goodbye, and who falls silent, is gone", async () => {
    const { roomToken } = await heartbeat("ada", "tab 1", 60_000);
    const { sessionToken } = await heartbeat("ada", "tab 2", 60_000);
    await heartbeat("bob", "tab 3", 400);
    const both = await app().until(api.presence.list, { roomToken }, (users) => online(users).length === 2);
    expect(online(both)).toEqual(["ada", "bob"]);
    await app().http.mutation(api.presence.update, { roomId: "desk", userId: "ada", data: { typing: true } });
    const silent = await app().until(api.presence.list, { roomToken }, (users) => online(users).length === 1);
    expect(silent.find(({ userId }) => userId === "ada")).toMatchObject({ online: true, data: { typing: true } });
    expect(silent.find(({ userId }) => userId === "bob")!.lastDisconnected).toBeGreaterThan(0);

    // One of two tabs says goodbye, as a page does that is closed: then the other.
    const goodbye = (token: string) =>
      fetch(`${app().deployment.url}/api/mutation`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ path: "presence:disconnect", args: { sessionToken: token } }),
      });
    await goodbye(sessionToken);
    expect(online(await app().http.query(api.presence.list, { roomToken }))).toEqual(["ada"]);
    expect((await app().http.query(api.presence.rooms, { userId: "ada" })).map(({ roomId }) => roomId)).toEqual(["desk"]);
    await goodbye((await heartbeat("ada", "tab 1", 60_000)).sessionToken);
    expect(online(await app().http.query(api.presence.list, { roomToken }))).toEqual([]);
  });
});
