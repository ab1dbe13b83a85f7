import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { makeFunctionReference as ref } from "convex/server";
import { ConvexError } from "convex/values";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { openTestDeployment, type TestDeployment } from "../testing.ts";

/** The client package as an app uses it, against a real listener. */

const ISSUER = "https://issuer.example";
const pair = await generateKeyPair("RS256", { extractable: true });
const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k", alg: "RS256", use: "sig" }] };
const jwksUrl = `data:application/json;base64,${Buffer.from(JSON.stringify(jwks)).toString("base64")}`;

const app = {
  "auth.config.ts": `export default { providers: [{ type: "customJwt", issuer: "${ISSUER}", applicationID: "desk", algorithm: "RS256", jwks: "${jwksUrl}" }] };`,
  "chat.ts": `
    import { queryGeneric as query, mutationGeneric as mutation, actionGeneric as action } from "convex/server";
    import { v, ConvexError } from "convex/values";
    export const list = query({ handler: async (ctx) => (await ctx.db.query("chat").collect()).map((m) => m.body) });
    export const send = mutation({ args: { body: v.string() }, handler: async (ctx, { body }) => { await ctx.db.insert("chat", { body }); return body; } });
    export const shout = action({ args: { body: v.string() }, handler: async (_ctx, { body }) => body.toUpperCase() });
    export const refuse = mutation({ handler: async () => { throw new ConvexError({ code: "no", at: 5n }); } });
    export const kinds = query({ args: { value: v.any() }, handler: async (_ctx, { value }) => value });
    export const mine = query({ handler: async (ctx) => {
      const identity = await ctx.auth.getUserIdentity();
      return { subject: identity?.subject ?? null, draw: Math.random(), messages: (await ctx.db.query("chat").collect()).length };
    } });
    export const large = query({ handler: async () => Array.from({ length: 300 }, (_, i) => String(i).padStart(20_000, "ä")) });
  `,
};
const list = ref<"query", Record<string, never>, string[]>("chat:list");
const send = ref<"mutation", { body: string }, string>("chat:send");
const mine = ref<"query", Record<string, never>, { subject: string | null; draw: number; messages: number }>("chat:mine");

let server: TestDeployment;
const clients: ConvexClient[] = [];
beforeAll(async () => {
  server = await openTestDeployment(app);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(() => server.end());

/** A client; `tap` sees every message before the client does and may say that the client must not see it. */
function open(tap?: (message: { type: string }, socket: WebSocket) => "drop" | void): ConvexClient {
  class Tapped extends WebSocket {
    constructor(url: string) {
      super(url);
      let listener: ((event: WebSocket.MessageEvent) => void) | null = null;
      this.addEventListener("message", (event) => {
        if (tap?.(JSON.parse(String(event.data)), this) !== "drop") listener?.(event);
      });
      Object.defineProperty(this, "onmessage", {
        set(given: typeof listener) {
          listener = given;
        },
      });
    }
  }
  const logger = { logVerbose() {}, log() {}, warn() {}, error() {} };
  const client = new ConvexClient(server.url, {
    webSocketConstructor: Tapped as unknown as typeof globalThis.WebSocket,
    unsavedChangesWarning: false,
    logger,
  });
  clients.push(client);
  return client;
}

/** The values a subscription gets, and a wait for one that passes a test. */
function watch<T>(client: ConvexClient, query: ReturnType<typeof ref<"query", Record<string, never>, T>>) {
  const values: T[] = [];
  client.onUpdate(query, {}, (value) => void values.push(value as T));
  return { values, until: (test: (value: T) => boolean) => vi.waitFor(() => {
    const last = values.at(-1);
    if (values.length === 0 || !test(last as T)) throw new Error(`Not yet: ${JSON.stringify(last)?.slice(0, 200)}`);
    return last as T;
  }, { timeout: 20_000, interval: 5 }) };
}

function token(subject: string, claims: object = {}, expires = "1h"): Promise<string> {
  const jwt = new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256", kid: "k" });
  return jwt.setIssuer(ISSUER).setSubject(subject).setAudience("desk").setIssuedAt().setExpirationTime(expires).sign(pair.privateKey);
}

describe("ConvexClient", () => {
  it("W9: a mutation of one client shows at another at once, and at its own when the promise resolves", async () => {
    const [writer, reader] = [open(), open()];
    const [own, other] = [watch(writer, list), watch(reader, list)];
    await Promise.all([own.until(() => true), other.until(() => true)]);
    expect(await writer.mutation(send, { body: "hello" })).toBe("hello");
    expect(own.values.at(-1)).toContain("hello");
    await other.until((bodies) => bodies.includes("hello"));
  });

  it("W6: many mutations sent without waiting are done in their order", async () => {
    const client = open();
    const bodies = Array.from({ length: 50 }, (_, i) => `in order ${i}`);
    await Promise.all(bodies.map((body) => client.mutation(send, { body })));
    const all = await new ConvexHttpClient(server.url, { logger: false }).query(list, {});
    expect(all.filter((body) => body.startsWith("in order"))).toEqual(bodies);
  });

  it("actions, ConvexErrors and every kind of value arrive as they are", async () => {
    const client = open();
    expect(await client.action(ref<"action">("chat:shout"), { body: "loud" })).toBe("LOUD");
    const error = await client.mutation(ref<"mutation">("chat:refuse"), {}).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConvexError);
    expect((error as ConvexError<{ code: string; at: bigint }>).data).toEqual({ code: "no", at: 5n });
    const value = { n: -0, big: 2n ** 62n, nan: NaN, bytes: new Uint8Array([1, 2, 255]).buffer, list: [null, "ü", { a: 1 }] };
    expect(await client.query(ref<"query">("chat:kinds"), { value })).toEqual(value);
  });

  it.each([
    ["before the client has the response", "MutationResponse"],
    ["between the response and its Transition", "Transition"],
  ])("W8: a socket cut %s: the mutation is done once and its promise resolves", async (_, cutAt) => {
    const body = `cut at ${cutAt}`;
    let armed = false;
    let answered = false;
    const client = open((message, socket) => {
      if (!armed) return;
      if (message.type === "MutationResponse") answered = true;
      if (message.type !== cutAt || !answered) return;
      armed = false;
      socket.terminate();
      return "drop";
    });
    const seen = watch(client, list);
    await seen.until(() => true);
    armed = true;
    expect(await client.mutation(send, { body })).toBe(body);
    expect(armed).toBe(false);
    const bodies = await seen.until((all) => all.includes(body));
    expect(bodies.filter((b) => b === body)).toHaveLength(1);
  });

  it("W4: a client goes on over a restart of the server", async () => {
    const client = open();
    const seen = watch(client, list);
    await seen.until(() => true);
    server = await server.restart();
    expect(await client.mutation(send, { body: "after restart" })).toBe("after restart");
    await seen.until((all) => all.includes("after restart"));
  });

  it("W14: a result of more than 5 MB arrives", async () => {
    const client = open();
    const large = watch(client, ref<"query", Record<string, never>, string[]>("chat:large"));
    const value = await large.until(() => true);
    expect(value).toHaveLength(300);
    expect(value.every((text, i) => text === String(i).padStart(20_000, "ä"))).toBe(true);
  });
});

describe("identities", () => {
  it("W10: each client sees its own, shares with its like, and never with another", async () => {
    const [ann, ann2, bob, nobody] = [open(), open(), open(), open()];
    ann.setAuth(() => token("ann"));
    ann2.setAuth(() => token("ann"));
    bob.setAuth(() => token("bob"));
    const seen = [ann, ann2, bob, nobody].map((client) => watch(client, mine));
    const [a, a2, b, n] = await Promise.all(seen.map((s, i) => s.until((v) => v.subject === ["ann", "ann", "bob", null][i])));
    expect(a!.draw).toBe(a2!.draw);
    expect(new Set([a!.draw, b!.draw, n!.draw]).size).toBe(3);
    await ann.mutation(send, { body: "for all" });
    const after = await Promise.all(seen.map((s) => s.until((v) => v.messages === a!.messages + 1)));
    expect(after.map((v) => v.subject)).toEqual(["ann", "ann", "bob", null]);
    // Whatever a client with a token was shown after it had signed in was its own.
    for (const [i, subject] of ["ann", "ann", "bob"].entries()) {
      const subjects = seen[i]!.values.map((v) => v.subject);
      expect(subjects.slice(subjects.indexOf(subject)).every((s) => s === subject)).toBe(true);
    }
  });

  it("W10: a new token with the same claims sends nothing again", async () => {
    const client = open();
    let fetched = 0;
    client.setAuth(async () => {
      fetched += 1;
      return token("carol", { jti: String(fetched) });
    });
    const seen = watch(client, mine);
    await seen.until((v) => v.subject === "carol");
    // The client asks for a second token as soon as the first is confirmed.
    await vi.waitFor(() => expect(fetched).toBe(2), { timeout: 20_000 });
    await client.mutation(send, { body: "carol was here" });
    await seen.until(() => seen.values.length > 1);
    const own = seen.values.filter((v) => v.subject === "carol");
    expect(own).toHaveLength(2);
  });

  it("W16: a token that does not verify ends in onChange(false), and the client goes on as nobody", async () => {
    const client = open();
    const changes: boolean[] = [];
    client.setAuth(async () => `${await token("mallory")}x`, (ok) => void changes.push(ok));
    const seen = watch(client, mine);
    await seen.until((v) => v.subject === null);
    await vi.waitFor(() => expect(changes).toEqual([false]), { timeout: 20_000 });
  });

  it("W16: a token that expires is fetched anew, and the person stays", async () => {
    let fetched = 0;
    let errors = 0;
    const client = open((message) => {
      if (message.type === "AuthError") errors += 1;
    });
    client.setAuth(async () => {
      fetched += 1;
      // The second token claims a long life for its refresh, so that the client lets it expire.
      return fetched <= 2 ? token("dora", {}, "2s") : token("dora");
    });
    const seen = watch(client, mine);
    await seen.until((v) => v.subject === "dora");
    await vi.waitFor(() => expect(fetched).toBeGreaterThan(2), { timeout: 20_000 });
    await client.mutation(send, { body: "dora stays" });
    expect(seen.values.at(-1)!.subject).toBe("dora");
    // One for each token that ran out: on a machine that stands still for two seconds the first one, too.
    expect([1, 2]).toContain(errors);
  });
});

describe("ConvexHttpClient", () => {
  it("H9: queries, mutations, actions and ConvexErrors", async () => {
    const client = new ConvexHttpClient(server.url, { logger: false });
    expect(await client.mutation(send, { body: "over http" })).toBe("over http");
    expect(await client.query(list, {})).toContain("over http");
    expect(await client.action(ref<"action">("chat:shout"), { body: "a" })).toBe("A");
    const error = await client.mutation(ref<"mutation">("chat:refuse"), {}).catch((e: unknown) => e);
    expect((error as ConvexError<{ code: string; at: bigint }>).data).toEqual({ code: "no", at: 5n });
    await expect(client.query(ref<"query">("chat:absent"), {})).rejects.toThrow("Could not find public function for 'chat:absent'");
  });

  it("H11: consistent queries see one state", async () => {
    const client = new ConvexHttpClient(server.url, { logger: false });
    const before = await client.consistentQuery(list, {});
    expect(await client.consistentQuery(list, {})).toEqual(before);
    await client.mutation(send, { body: "later" });
    await expect(client.consistentQuery(list, {})).rejects.toThrow("TimestampTooOld");
  });

  it("H14: a token makes a person, a wrong one is refused", async () => {
    const client = new ConvexHttpClient(server.url, { logger: false });
    client.setAuth(await token("erin"));
    expect((await client.query(mine, {})).subject).toBe("erin");
    client.setAuth("nonsense");
    await expect(client.query(mine, {})).rejects.toThrow("InvalidAuthHeader");
  });
});
