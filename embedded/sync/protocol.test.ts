import { describe, expect, it } from "vitest";
import { decodeTs, encodeTransition, encodeTs, parseClientMessage, ProtocolError, transitionFrames } from "./protocol.ts";

const connect = {
  type: "Connect",
  sessionId: "3f2b8c1e-9d4a-4c55-8e0f-0a1b2c3d4e5f",
  connectionCount: 0,
  lastCloseReason: "InitialConnect",
  clientTs: 1_720_000_000_000,
};
const mutation = { type: "Mutation", requestId: 0, udfPath: "a:b", args: [{}] };
const add = { type: "Add", queryId: 0, udfPath: "a:b", args: [{}], journal: null };
const modify = { type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications: [add] };

const parse = (message: object) => parseClientMessage(JSON.stringify(message));

describe("messages of a client", () => {
  it("W1: the messages of the client package are understood", () => {
    expect(parse(connect)).toMatchObject({ type: "Connect", maxObservedTimestamp: null, clientTs: connect.clientTs });
    const seen = parse({ ...connect, connectionCount: 1, maxObservedTimestamp: "gHvNlk2g3xc=" });
    expect(seen).toMatchObject({ maxObservedTimestamp: Buffer.from("gHvNlk2g3xc=", "base64").readBigUInt64LE() });
    expect(parse(modify)).toMatchObject({ modifications: [{ type: "Add", args: {}, componentPath: null }] });
    expect(parse({ ...mutation, componentPath: "" })).toMatchObject({ componentPath: "", args: {} });
    expect(parse({ type: "Event", eventType: "ClientConnect", event: {} })).toEqual({ type: "Event" });
    const admin = { type: "Authenticate", tokenType: "Admin", value: "k", baseVersion: 0, impersonating: { subject: "s" } };
    expect(parse(admin)).toEqual(admin);
  });

  const wrong: [string, unknown][] = [
    ["no JSON", "{"],
    ["an array", []],
    ["no type", {}],
    ["an unknown type", { type: "Hello" }],
    ["a session id that is no UUID", { ...connect, sessionId: "x" }],
    ["a short timestamp", { ...connect, maxObservedTimestamp: "AAAA" }],
    ["a timestamp that is no text", { ...connect, maxObservedTimestamp: 5 }],
    ["a negative request id", { ...mutation, requestId: -1 }],
    ["a fractional request id", { ...mutation, requestId: 0.5 }],
    ["a request id above 32 bits", { ...mutation, requestId: 2 ** 32 }],
    ["args that are no array", { ...mutation, args: {} }],
    ["two args", { ...mutation, args: [{}, {}] }],
    ["no path", { ...mutation, udfPath: undefined }],
    ["modifications that are no array", { ...modify, modifications: {} }],
    ["an unknown modification", { ...modify, modifications: [{ type: "Change", queryId: 1 }] }],
    ["an unknown token type", { type: "Authenticate", tokenType: "Robot", value: "", baseVersion: 0 }],
    ["a token that is no text", { type: "Authenticate", tokenType: "User", value: 1, baseVersion: 0 }],
    ["a field that only the prototype has", { ...mutation, udfPath: undefined, ["__proto__"]: { udfPath: "a:b" } }],
  ];
  it.each(wrong)("W5: %s is misuse", (_, message) => {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    expect(() => parseClientMessage(text)).toThrow(ProtocolError);
  });
});

describe("messages of the server", () => {
  it("W2: timestamps are base64 of eight little-endian bytes", () => {
    expect(encodeTs(0n)).toBe("AAAAAAAAAAA=");
    expect(encodeTs(1n)).toBe("AQAAAAAAAAA=");
    expect(decodeTs(encodeTs(0xffff_ffff_ffff_ffffn))).toBe(0xffff_ffff_ffff_ffffn);
  });

  it("W2: a Transition is JSON with both versions and the clock", () => {
    const from = { querySet: 0, identity: 0, ts: 0n };
    const text = encodeTransition(from, { ...from, querySet: 1, ts: 1n }, ['{"type":"QueryRemoved","queryId":3}'], {
      skewMs: -4,
      serverMs: 17,
    });
    expect(JSON.parse(text)).toEqual({
      type: "Transition",
      startVersion: { querySet: 0, identity: 0, ts: "AAAAAAAAAAA=" },
      endVersion: { querySet: 1, identity: 0, ts: "AQAAAAAAAAA=" },
      modifications: [{ type: "QueryRemoved", queryId: 3 }],
      clientClockSkew: -4,
      serverTs: 17_000_000,
    });
  });

  it("W14: a text that fits is sent as it is", () => {
    expect(transitionFrames("äöü", "t", 6)).toEqual(["äöü"]);
  });

  it.each([5, 7, 64])("W14: a long text is cut into parts of at most %d bytes between characters", (max) => {
    const text = "aä€😀".repeat(40);
    const parts = transitionFrames(text, "t1", max).map((frame) => JSON.parse(frame));
    expect(parts.map((p) => p.chunk).join("")).toBe(text);
    expect(parts.map((p) => p.partNumber)).toEqual(parts.map((_, i) => i));
    for (const part of parts) {
      expect(part).toMatchObject({ type: "TransitionChunk", totalParts: parts.length, transitionId: "t1" });
      expect(Buffer.byteLength(part.chunk)).toBeLessThanOrEqual(max);
      expect(part.chunk.isWellFormed()).toBe(true);
    }
  });
});
