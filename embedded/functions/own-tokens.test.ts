import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestDeployment, type TestDeployment } from "../testing.ts";

let server: TestDeployment;
beforeAll(async () => {
  server = await openTestDeployment({
    "auth.config.ts": `const url = process.env.CONVEX_CLOUD_URL;
      export default { providers: [{ type: "customJwt", issuer: url, jwks: url + "/.well-known/jwks.json", algorithm: "ES256", applicationID: "desk" }] };`,
    "tokens.ts": `
      import { mutationGeneric as mutation } from "convex/server";
      export const sign = mutation({ handler: async (ctx) => ctx.auth.signJwt({ claims: { sub: "me", aud: "desk" }, expiresInSeconds: 60 }) });
      export const who = mutation({ handler: async (ctx) => ({ subject: (await ctx.auth.getUserIdentity())?.subject ?? null, ...(await ctx.meta.getRequestMetadata()) }) });
    `,
  });
});
afterAll(() => server.end());

it("F27, F28: a deployment accepts the tokens it signed, over restarts, and tells functions the token of their request", async () => {
  const token = (await server.call("mutation", "tokens:sign", {})) as string;
  const keys = await fetch(`${server.url}/.well-known/jwks.json`).then((answer) => answer.json());
  expect(keys).toEqual({ keys: [{ kty: "EC", crv: "P-256", x: expect.any(String), y: expect.any(String), kid: expect.any(String), alg: "ES256", use: "sig" }] });
  server = await server.restart();
  const answer = await fetch(`${server.url}/api/mutation`, {
    method: "POST",
    body: JSON.stringify({ path: "tokens:who", args: {} }),
    headers: { authorization: `Bearer ${token}`, "user-agent": "test" },
  });
  const { value } = (await answer.json()) as { value: Record<string, unknown> };
  expect(value).toMatchObject({ subject: "me", authToken: token, userAgent: "test", scheduledFunctionId: null });
  expect(await server.call("mutation", "tokens:who", {})).toMatchObject({ subject: null, authToken: null });
});
