import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openTestDeployment, type TestDeployment } from "../testing.ts";
import { RawClient, tsOf } from "./raw-client.ts";
import { limits } from "./limits.ts";

const app = {
  "notes.ts": `
    import { queryGeneric as q, mutationGeneric as m, internalQueryGeneric as iq, actionGeneric as a } from "convex/server";
    import { v, ConvexError } from "convex/values";
    export const list = q({ handler: async (ctx) => (await ctx.db.query("notes").collect()).map((n) => n.text) });
    export const count = q({ handler: async (ctx) => (await ctx.db.query("notes").collect()).length });
    export const draw = q({ handler: async (ctx) => ({ notes: (await ctx.db.query("notes").collect()).length, draw: Math.random() }) });
    export const who = q({ handler: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null });
    export const sized = q({ args: { size: v.number() }, handler: async (_ctx, { size }) => "é".repeat(size / 2) });
    export const last = q({ handler: async (ctx) => (await ctx.db.query("notes").order("desc").first())?.text ?? null });
    export const broken = q({ handler: async (ctx) => { await ctx.db.query("notes").collect(); throw new Error("boom"); } });
    export const convexError = q({ handler: async () => { throw new ConvexError({ code: 7 }); } });
    export const hidden = iq({ handler: async () => "hidden" });
    export const add = m({ args: { text: v.string() }, handler: async (ctx, { text }) => { await ctx.db.insert("notes", { text }); return text; } });
    export const touch = m({ handler: async (ctx) => { const n = await ctx.db.query("notes").first(); await ctx.db.patch(n._id, { touched: (n.touched ?? 0) + 1 }); } });
    export const elsewhere = m({ handler: async (ctx) => { await ctx.db.insert("other", {}); } });
    export const nothing = m({ handler: async () => "nothing" });
    export const refuse = m({ handler: async (ctx) => { await ctx.db.insert("notes", { text: "never" }); throw new ConvexError({ code: 9 }); } });
    export const echo = a({ args: { text: v.string() }, handler: async (_ctx, { text }) => text });
    export const sleep = a({ handler: async () => { await new Promise((resolve) => setTimeout(resolve, 25_000)); } });
    export const me = m({ handler: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null });
  `,
};

let server: TestDeployment;
let clients: RawClient[] = [];
beforeAll(async () => {
  server = await openTestDeployment(app);
});
afterEach(() => {
  for (const client of clients) client.close();
  clients = [];
});
afterAll(() => server.end());

async function connect(extra: object = {}): Promise<RawClient> {
  const client = await RawClient.connect(server.url, extra);
  clients.push(client);
  return client;
}
const extra = (value: number) =>
  `import { queryGeneric as q } from "convex/server"; export const fresh = q({ handler: async () => ${value} });`;
const add = (text: string) => server.call("mutation", "notes:add", { text });

describe("versions", () => {
  it("W1, W2: Transitions lead from one version to the next, each from where the one before ended", async () => {
    const client = await connect({ clientTs: Date.now() });
    client.add({ 0: ["notes:list"] });
    const first = await client.next("Transition");
    expect(first.startVersion).toEqual({ querySet: 0, identity: 0, ts: "AAAAAAAAAAA=" });
    expect(first.endVersion).toMatchObject({ querySet: 1, identity: 0 });
    expect(first.modifications).toMatchObject([{ type: "QueryUpdated", queryId: 0, logLines: [], journal: null }]);
    // Both clocks are the same; what is left is the way of the message. Mistaken units or signs give minutes at least.
    expect(Math.abs(first.clientClockSkew)).toBeLessThan(25_000);
    await add("w2");
    const second = await client.next("Transition");
    expect(second.startVersion).toEqual(first.endVersion);
    expect(second.modifications[0].value).toContain("w2");
    expect(tsOf(second.endVersion.ts)).toBeGreaterThan(tsOf(first.endVersion.ts));
  });

  it("W3: an empty change of the query set, a removal and an Authenticate are answered", async () => {
    const client = await connect();
    client.modify([]);
    expect((await client.next("Transition")).endVersion.querySet).toBe(1);
    client.add({ 4: ["notes:count"] });
    expect((await client.next("Transition")).modifications).toHaveLength(1);
    client.modify([{ type: "Remove", queryId: 4 }]);
    expect((await client.next("Transition")).modifications).toEqual([{ type: "QueryRemoved", queryId: 4 }]);
    client.send({ type: "Authenticate", tokenType: "None", baseVersion: 0 });
    const authenticated = await client.next("Transition");
    expect(authenticated).toMatchObject({ modifications: [], endVersion: { querySet: 3, identity: 1 } });
  });

  it("W4: a client that has seen a newer database is sent away", async () => {
    const client = await connect({ maxObservedTimestamp: "/////////38=" });
    expect((await client.closed).code).toBe(1011);
  });
});

describe("misuse", () => {
  const addQuery = { type: "Add", queryId: 0, udfPath: "notes:count", args: [{}] };
  const wrong: [string, (client: RawClient) => void][] = [
    ["no JSON", (c) => c.send("{")],
    ["a second Connect", (c) => c.send({ type: "Connect", sessionId: crypto.randomUUID(), connectionCount: 0 })],
    ["a wrong query set version", (c) => c.send({ type: "ModifyQuerySet", baseVersion: 3, newVersion: 4, modifications: [] })],
    ["a version that does not grow", (c) => c.send({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 0, modifications: [] })],
    ["a wrong identity version", (c) => c.send({ type: "Authenticate", tokenType: "None", baseVersion: 2 })],
    ["a query added twice", (c) => c.modify([addQuery, addQuery])],
    ["an unknown query removed", (c) => c.modify([{ type: "Remove", queryId: 9 }])],
    ["a binary frame", (c) => c.socket.send(Buffer.from("{}"), { binary: true })],
  ];
  it.each(wrong)("W5: %s ends in a FatalError, and the server goes on", async (_, act) => {
    const client = await connect();
    act(client);
    expect((await client.next("FatalError")).error).toEqual(expect.any(String));
    await client.closed;
    expect(await server.call("query", "notes:count", {})).toEqual(expect.any(Number));
  });

  it("W1: the first message must be Connect", async () => {
    const client = new RawClient(server.url);
    clients.push(client);
    await new Promise((resolve) => client.socket.once("open", resolve));
    client.mutation(0, "notes:nothing");
    expect((await client.next("FatalError")).error).toContain("must be Connect");
  });
});

describe("mutations", () => {
  it("W6: run in order, each response before the Transition that covers it", async () => {
    const client = await connect();
    client.add({ 0: ["notes:last"] });
    await client.next("Transition");
    const total = 60;
    for (let i = 0; i < total; i++) client.mutation(i, "notes:add", { text: `order ${i}` });
    const responses = new Map<number, bigint>();
    let value: string | null = null;
    while (value !== `order ${total - 1}`) {
      const message = await client.next();
      if (message.type === "MutationResponse") {
        expect(message).toMatchObject({ requestId: responses.size, success: true, result: `order ${responses.size}` });
        responses.set(message.requestId, tsOf(message.ts));
        continue;
      }
      expect(message.type).toBe("Transition");
      value = message.modifications[0]?.value ?? value;
      const covered = tsOf(message.endVersion.ts);
      // The newest note in the result is one that was answered, and all that is covered is in the result.
      const shown = Number(value?.split(" ")[1]);
      expect(responses.get(shown)).toBeLessThanOrEqual(covered);
      for (const [requestId, ts] of responses) if (ts <= covered) expect(requestId).toBeLessThanOrEqual(shown);
    }
    expect(responses.size).toBe(total);
  });

  it("W6: a mutation that changes no result of the client, or nothing at all, is still covered by a Transition", async () => {
    const client = await connect();
    client.add({ 0: ["notes:count"] });
    await client.next("Transition");
    for (const [requestId, path] of ["notes:elsewhere", "notes:nothing"].entries()) {
      client.mutation(requestId, path);
      const response = await client.next("MutationResponse");
      const transition = await client.next("Transition");
      expect(transition.modifications).toEqual([]);
      expect(tsOf(transition.endVersion.ts)).toBeGreaterThanOrEqual(tsOf(response.ts));
    }
  });

  it("W7: a failed mutation leaves no trace and tells request id, text and data", async () => {
    const client = await connect();
    const before = await server.call("query", "notes:count", {});
    client.mutation(5, "notes:refuse");
    const response = await client.next("MutationResponse");
    expect(response).toMatchObject({ requestId: 5, success: false, errorData: { code: 9 } });
    expect(response.result).toMatch(/^\[Request ID: [0-9a-f]{16}\] Server Error\nUncaught ConvexError: /);
    expect(await server.call("query", "notes:count", {})).toBe(before);
  });

  it("W8: a mutation sent again with the same session and id is not run again, also after a restart", async () => {
    const sessionId = crypto.randomUUID();
    const first = await connect({ sessionId });
    first.mutation(0, "notes:add", { text: "once" });
    const answer = await first.next("MutationResponse");
    const count = await server.call("query", "notes:count", {});
    const second = await connect({ sessionId, connectionCount: 1 });
    second.mutation(0, "notes:add", { text: "once" });
    expect(await second.next("MutationResponse")).toEqual(answer);
    expect((await second.next("Transition")).modifications).toEqual([]);
    server = await server.restart();
    const third = await connect({ sessionId, connectionCount: 2, maxObservedTimestamp: answer.ts });
    third.mutation(0, "notes:add", { text: "once" });
    expect(await third.next("MutationResponse")).toEqual(answer);
    expect(await server.call("query", "notes:count", {})).toBe(count);
    const other = await connect();
    other.mutation(0, "notes:add", { text: "once" });
    await other.next("MutationResponse");
    expect(await server.call("query", "notes:count", {})).toBe(count + 1);
  });

  it("W8: a repeated mutation is covered by a Transition after its answer, though one before it went further", async () => {
    const sessionId = crypto.randomUUID();
    const first = await connect({ sessionId });
    first.mutation(0, "notes:add", { text: "early" });
    const answer = await first.next("MutationResponse");
    await add("later");
    const second = await connect({ sessionId, connectionCount: 1 });
    second.add({ 0: ["notes:last"] });
    expect(tsOf((await second.next("Transition")).endVersion.ts)).toBeGreaterThan(tsOf(answer.ts));
    second.mutation(0, "notes:add", { text: "early" });
    expect(await second.next("MutationResponse")).toEqual(answer);
    const { startVersion, endVersion, modifications } = await second.next("Transition");
    expect([modifications, endVersion.querySet]).toEqual([[], 1]);
    expect(tsOf(endVersion.ts)).toBeGreaterThanOrEqual(tsOf(startVersion.ts));
  });

  it("W6: actions are answered", async () => {
    const client = await connect();
    client.send({ type: "Action", requestId: 3, udfPath: "notes:echo", args: [{ text: "hi" }] });
    expect(await client.next("ActionResponse")).toMatchObject({ requestId: 3, success: true, result: "hi" });
  });
});

describe("live queries", () => {
  it("W9: 200 sockets share one run, before and after a commit", async () => {
    const many = await Promise.all(Array.from({ length: 200 }, () => connect()));
    for (const client of many) client.add({ 0: ["notes:draw"] });
    const round = () => Promise.all(many.map(async (c) => (await c.next("Transition")).modifications[0].value));
    const before = await round();
    expect(new Set(before.map((v) => v.draw)).size).toBe(1);
    await add("draw");
    const after = await round();
    expect(new Set(after.map((v) => v.draw)).size).toBe(1);
    expect(after[0].draw).not.toBe(before[0].draw);
    expect(after[0].notes).toBe(before[0].notes + 1);
  });

  it("W9: a result that did not change is not sent again, an error neither", async () => {
    await add("there");
    const client = await connect();
    client.add({ 0: ["notes:count"], 1: ["notes:broken"] });
    expect((await client.next("Transition")).modifications).toHaveLength(2);
    client.mutation(0, "notes:touch");
    await client.next("MutationResponse");
    expect((await client.next("Transition")).modifications).toEqual([]);
  });

  it("W9: a commit that touches nothing of a socket sends nothing to it", async () => {
    const client = await connect();
    client.add({ 0: ["notes:count"] });
    await client.next("Transition");
    await server.call("mutation", "notes:elsewhere", {});
    await add("next");
    const transition = await client.next("Transition");
    expect(transition.modifications).toHaveLength(1);
    expect(client.received.filter((m) => m.type === "Transition")).toHaveLength(2);
  });

  it("W7: failed queries tell their text, and errorData only for a ConvexError", async () => {
    const client = await connect();
    client.add({ 0: ["notes:broken"], 1: ["notes:convexError"], 2: ["notes:absent"], 3: ["notes:sized", { size: "x" }], 4: ["notes:add"] });
    const byId = new Map((await client.next("Transition")).modifications.map((m: { queryId: number }) => [m.queryId, m]));
    expect([...byId.values()].every((m) => (m as { type: string }).type === "QueryFailed")).toBe(true);
    const of = (id: number) => byId.get(id) as { errorMessage: string; errorData?: unknown };
    expect(of(0).errorMessage).toMatch(/^\[Request ID: [0-9a-f]{16}\] Server Error\nUncaught Error: boom\n/);
    expect("errorData" in of(0)).toBe(false);
    expect(of(1).errorData).toEqual({ code: 7 });
    expect(of(2).errorMessage).toContain("Could not find public function for 'notes:absent'");
    expect(of(3).errorMessage).toContain("ArgumentValidationError");
    expect(of(4).errorMessage).toContain("as Query, but it is defined as Mutation");
  });

  it("W11: internal functions, components and system queries are there for the admin only", async () => {
    const queries: Record<number, [string, object?, object?]> = {
      0: ["notes:hidden"],
      1: ["notes:count", {}, { componentPath: "part" }],
      2: ["_system/cli/convexUrl:cloudUrl"],
    };
    const anybody = await connect();
    anybody.add(queries);
    for (const m of (await anybody.next("Transition")).modifications) {
      expect(m).toMatchObject({ type: "QueryFailed", errorMessage: expect.stringContaining("Could not find public function") });
    }
    const admin = await connect();
    admin.send({ type: "Authenticate", tokenType: "Admin", value: server.adminKey, baseVersion: 0 });
    admin.add({ 0: queries[0]!, 2: queries[2]!, 3: ["notes:count", {}, { componentPath: "" }] });
    const values = new Map<number, unknown>();
    while (values.size < 3) for (const m of (await admin.next("Transition")).modifications) values.set(m.queryId, m.value);
    expect(values.get(0)).toBe("hidden");
    expect(values.get(2)).toBe(server.url);
    expect(values.get(3)).toEqual(expect.any(Number));
  });

  it("W11, W16: the admin acts as a person; a wrong key is refused", async () => {
    const client = await connect();
    const impersonating = { issuer: "i", subject: "ann", tokenIdentifier: "i|ann" };
    client.send({ type: "Authenticate", tokenType: "Admin", value: server.adminKey, baseVersion: 0, impersonating });
    await client.next("Transition");
    client.add({ 0: ["notes:who"] });
    expect((await client.next("Transition")).modifications[0].value).toBe("ann");
    client.mutation(0, "notes:me");
    expect((await client.next("MutationResponse")).result).toBe("ann");
    const wrong = await connect();
    wrong.send({ type: "Authenticate", tokenType: "Admin", value: "convex-self-hosted|00", baseVersion: 0 });
    expect(await wrong.next("AuthError")).toMatchObject({ baseVersion: 0, authUpdateAttempted: true });
    await wrong.closed;
  });

  it("W17: a push runs every live query again", async () => {
    const client = await connect();
    client.add({ 0: ["extra:fresh"] });
    expect((await client.next("Transition")).modifications[0].type).toBe("QueryFailed");
    await server.push({ ...app, "extra.ts": extra(1) });
    expect((await client.next("Transition")).modifications[0]).toMatchObject({ type: "QueryUpdated", value: 1 });
    await server.push({ ...app, "extra.ts": extra(2) });
    expect((await client.next("Transition")).modifications[0]).toMatchObject({ value: 2 });
  });
});

describe("limits and large results", () => {
  it("W14: a Transition above 5,000,000 bytes comes in chunks with nothing in between", async () => {
    const client = await connect();
    client.add({ 0: ["notes:sized", { size: 6_000_000 }], 1: ["notes:sized", { size: 6_000_002 }] });
    const first = await client.next("TransitionChunk");
    expect(first).toMatchObject({ partNumber: 0, totalParts: 3 });
    const chunks = [first.chunk];
    for (let part = 1; part < first.totalParts; part++) {
      const next = await client.next("TransitionChunk");
      expect(next).toMatchObject({ partNumber: part, totalParts: 3, transitionId: first.transitionId });
      chunks.push(next.chunk);
    }
    expect(chunks.every((chunk) => Buffer.byteLength(chunk) <= 5_000_000)).toBe(true);
    const transition = JSON.parse(chunks.join(""));
    expect(transition.type).toBe("Transition");
    expect(transition.modifications.map((m: { value: string }) => Buffer.byteLength(m.value))).toEqual([6_000_000, 6_000_002]);
  });

  it("W12: more live queries than allowed are refused", async () => {
    const client = await connect();
    client.modify(Array.from({ length: limits.queries + 1 }, (_, queryId) => ({ type: "Add", queryId, udfPath: "notes:count", args: [{}] })));
    expect((await client.next("FatalError")).error).toContain("4096 live queries");
  });

  it("W12: of more mutations than may wait, the rest is left with the client until its turn; all are answered in order", async () => {
    const client = await connect();
    const total = 600;
    for (let i = 0; i < total; i++) client.mutation(i, "notes:nothing", { padding: "x".repeat(1_000) });
    await expect.poll(() => client.received.filter(({ type }) => type === "MutationResponse").length, { timeout: 25_000 }).toBe(total);
    const responses = client.received.filter(({ type }) => type === "MutationResponse");
    expect(responses.map(({ requestId }) => requestId)).toEqual(Array.from({ length: total }, (_, i) => i));
    expect(responses.every(({ success }) => success)).toBe(true);
  });

  it("W12: more running actions than allowed shed the socket; its client comes back later", async () => {
    const client = await connect();
    for (let i = 0; i <= limits.actions; i++) client.send({ type: "Action", requestId: i, udfPath: "notes:sleep", args: [{}] });
    expect(await client.closed).toEqual({ code: 1013, reason: "TooManyConcurrentRequests" });
  });

  it("W12: live queries that hold more than allowed are refused", async () => {
    const client = await connect();
    const most = limits.liveBytes;
    Object.assign(limits, { liveBytes: 1024 * 1024 });
    try {
      client.add(Object.fromEntries(Array.from({ length: 5 }, (_, i) => [i, ["notes:sized", { size: 600_000 + 2 * i }]])));
      expect((await client.next("FatalError")).error).toContain("at most 1 MiB");
    } finally {
      Object.assign(limits, { liveBytes: most });
    }
  });

  it("W12: a message that is too large closes the socket", async () => {
    const client = await connect();
    client.mutation(0, "notes:add", { text: "x".repeat(21 * 1024 * 1024) });
    expect((await client.closed).code).toBe(1009);
  });

  it("W12: arguments nested too deep fail their call and nothing else", async () => {
    const client = await connect();
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    client.send(`{"type":"Mutation","requestId":0,"udfPath":"notes:add","args":[{"text":${deep}}]}`);
    expect(await client.next("MutationResponse")).toMatchObject({ success: false });
    client.send(
      `{"type":"ModifyQuerySet","baseVersion":0,"newVersion":1,"modifications":[{"type":"Add","queryId":0,"udfPath":"notes:count","args":[{"a":${deep}}]}]}`,
    );
    expect((await client.next("Transition")).modifications[0].type).toBe("QueryFailed");
  });

  it("W12: a reader that stops gets the newest state later, not every one", async () => {
    const client = await connect();
    client.add({ 0: ["notes:last"] });
    await client.next("Transition");
    client.socket.pause();
    const total = 40;
    for (let i = 0; i < total; i++) await add(`${i} ${"x".repeat(500_000)}`);
    client.socket.resume();
    let transitions = 0;
    for (let last = ""; last !== `${total - 1}`; transitions++) {
      last = (await client.next("Transition")).modifications[0].value.split(" ")[0];
    }
    expect(transitions).toBeLessThan(total / 2);
  });

  it("W15: closing the server ends sockets with 1001", async () => {
    const client = await connect();
    client.add({ 0: ["notes:count"] });
    await client.next("Transition");
    server = await server.restart();
    expect((await client.closed).code).toBe(1001);
  });
});
