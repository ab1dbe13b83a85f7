import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { openDeployment } from "./deployment.ts";
import { RawClient } from "./sync/raw-client.ts";
import { openTestDeployment } from "./testing.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "embedded-"));
  cleanups.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

describe("opening and closing", () => {
  it("H17: after a refused start nothing is left open", async () => {
    const [a, b] = [folder(), folder()];
    const first = await openDeployment({ dataDir: a, port: 0, sitePort: 0 });
    cleanups.push(() => first.close());
    const port = Number(new URL(first.url).port);
    await expect(openDeployment({ dataDir: b, port, sitePort: 0 })).rejects.toThrow(`Port ${port} is already in use`);
    await expect(openDeployment({ dataDir: b, port: 0, sitePort: port })).rejects.toThrow(`Port ${port} is already in use`);
    await expect(openDeployment({ dataDir: a, port: 0, sitePort: 0 })).rejects.toThrow(a);
    const second = await openDeployment({ dataDir: b, port: 0, sitePort: 0 });
    await second.close();
  });

  it("H6: it listens on loopback only", async () => {
    const deployment = await openDeployment({ dataDir: folder(), port: 0, sitePort: 0 });
    cleanups.push(() => deployment.close());
    for (const url of [deployment.url, deployment.siteUrl]) expect(new URL(url).hostname).toBe("127.0.0.1");
  });

  it("H18: a close ends what waits, may be repeated, and the folder and ports can be used again at once", { timeout: 90_000 }, async () => {
    const server = await openTestDeployment({
      "wait.ts": `
        import { actionGeneric as action, mutationGeneric as mutation } from "convex/server";
        export const long = action({ handler: async () => { await new Promise((r) => setTimeout(r, 60_000)); } });
        export const add = mutation({ handler: async (ctx) => { await ctx.db.insert("t", {}); } });
      `,
    });
    cleanups.push(() => server.end());
    const client = await RawClient.connect(server.url);
    client.send({ type: "Action", requestId: 0, udfPath: "wait:long", args: [{}] });
    const headers = { authorization: `Convex ${server.adminKey}` };
    const poll = fetch(`${server.url}/api/stream_function_logs?cursor=${Date.now() + 60_000}`, { headers });
    const long = fetch(`${server.url}/api/action`, { method: "POST", body: `{"path":"wait:long","args":{}}` }).catch(() => "cut");
    const writes = Array.from({ length: 5 }, () => server.call("mutation", "wait:add", {}));
    await Promise.all(writes);
    const started = Date.now();
    await Promise.all([server.close(), server.close()]);
    // The actions' own end would come after a minute.
    expect(Date.now() - started).toBeLessThan(45_000);
    expect((await client.closed).code).toBe(1001);
    expect((await poll).status).toBe(200);
    await long;
    await expect(fetch(server.url)).rejects.toThrow();
    const again = await server.restart();
    expect(await again.call("mutation", "wait:add", {})).toBe(null);
    await again.close();
  });
});

describe("own tokens", () => {
  it("H19: a token whose issuer is the own site is verified through its HTTP actions", async () => {
    const pair = await generateKeyPair("RS256", { extractable: true });
    const keys = { keys: [{ ...(await exportJWK(pair.publicKey)), alg: "RS256", use: "sig" }] };
    const server = await openTestDeployment({
      "auth.config.ts": `export default { providers: [{ domain: process.env.CONVEX_SITE_URL, applicationID: "convex" }] };`,
      "who.ts": `
        import { queryGeneric as query } from "convex/server";
        export const am = query({ handler: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null });
      `,
      "http.ts": `
        import { httpRouter, httpActionGeneric as httpAction } from "convex/server";
        const http = httpRouter();
        const json = (value) => httpAction(async () => new Response(JSON.stringify(value), { headers: { "content-type": "application/json" } }));
        const site = process.env.CONVEX_SITE_URL;
        http.route({ path: "/.well-known/openid-configuration", method: "GET", handler: json({ issuer: site, jwks_uri: site + "/.well-known/jwks.json" }) });
        http.route({ path: "/.well-known/jwks.json", method: "GET", handler: json(${JSON.stringify(keys)}) });
        export default http;
      `,
    });
    cleanups.push(() => server.end());
    const jwt = new SignJWT({}).setProtectedHeader({ alg: "RS256" }).setIssuer(server.siteUrl).setAudience("convex");
    const token = await jwt.setSubject("user|session").setIssuedAt().setExpirationTime("1h").sign(pair.privateKey);
    const ask = () =>
      fetch(`${server.url}/api/query`, {
        method: "POST",
        body: `{"path":"who:am","args":{}}`,
        headers: { authorization: `Bearer ${token}` },
      }).then((answer) => answer.json());
    // Many at once, as after a restart: each needs the keys, none waits for another.
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set(answers.map((a) => a.value))).toEqual(new Set(["user|session"]));
    const client = await RawClient.connect(server.url);
    client.send({ type: "Authenticate", tokenType: "User", value: token, baseVersion: 0 });
    client.add({ 0: ["who:am"] });
    for (let value: unknown; value !== "user|session"; ) value = (await client.next("Transition")).modifications[0]?.value;
    client.close();
  });
});
