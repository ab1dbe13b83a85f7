import { expect, test } from "vitest";
import { chainOf, type ChainRecord, NOTHING_BEFORE, recordHash } from "./chain";
import type { AuditEvent } from "./event";
import { ERASED, putWords, takeWords, wordsDigest } from "./words";

const rejected: AuditEvent = {
  kind: "voted",
  revision: 1,
  digest: "d".repeat(64),
  verdict: { kind: "reject", reason: "Maria Lopez was never our customer." },
};

const told = (event: AuditEvent) => ({ event, client: null });

test("W1: what a person wrote stands apart from the event", () => {
  const { event, words } = takeWords(told(rejected));
  expect(event).toEqual({ ...rejected, verdict: { kind: "reject", reason: "" } });
  expect(words).toEqual({ "verdict.reason": "Maria Lopez was never our customer." });
});

test("W1: an event without words has none, and null members are none", () => {
  expect(takeWords(told({ kind: "held" })).words).toBeNull();
  expect(takeWords(told({ kind: "joined", reason: null })).words).toBeNull();
});

test("W2, W4: words put back give the event; erased ones are named so", () => {
  const { words, ...bare } = takeWords(told(rejected));
  expect(putWords(bare, words)).toEqual(told(rejected));
  expect(putWords(bare, null).event).toEqual({ ...rejected, verdict: { kind: "reject", reason: ERASED } });
});

test("W5: the address from which a person worked is one of the words; that it is unknown is not", () => {
  const client = { kind: "browser", address: "192.0.2.7" } as const;
  const { words, ...bare } = takeWords({ event: { kind: "withdrawn" }, client });
  expect(bare.client).toEqual({ kind: "browser", address: "" });
  expect(words).toEqual({ "client.address": "192.0.2.7" });
  expect(putWords(bare, words).client).toEqual(client);
  expect(putWords(bare, null).client).toEqual({ kind: "browser", address: ERASED });
  expect(takeWords({ event: { kind: "withdrawn" }, client: { kind: "program", address: null } }).words).toBeNull();
});

test("W3: the digest of words depends on salt and words", async () => {
  const words = { text: "Yes" };
  const digest = await wordsDigest("00", words);
  expect(digest).toBe("a5b96690d8cce8380a844edb856975d6a3f1643c0cfbbc831083395c02cd43dc"); // by sha256sum, of 00{"text":"Yes"}
  expect(await wordsDigest("01", words)).not.toBe(digest);
  expect(await wordsDigest("00", { text: "No" })).not.toBe(digest);
});

test("C1: events of a request, a policy and a person have chains of their own", () => {
  const desk = { kind: "desk" } as const;
  const person = { kind: "person", personId: "p1" } as const;
  expect(chainOf("r1", desk, { kind: "held" })).toBe("request:r1");
  expect(chainOf(undefined, person, { kind: "policySaved", playbook: "refund", version: 2 })).toBe("policy:refund");
  expect(chainOf(undefined, person, { kind: "back" })).toBe("person:p1");
  expect(chainOf(undefined, person, { kind: "brakeOff", playbook: null })).toBe("desk");
});

test("C2: the hash of a record is that of its canonical JSON, whatever the order of its members", async () => {
  const record: ChainRecord = {
    words: null,
    event: { kind: "held" },
    client: null,
    actor: { kind: "desk" },
    at: 1_700_000_000_000,
    prev: NOTHING_BEFORE,
    seq: 1,
    chain: "request:r1",
  };
  const hash = await recordHash(record);
  // By sha256sum, of {"actor":{"kind":"desk"},"at":1700000000000,"chain":"request:r1", … ,"seq":1,"v":1,"words":null}
  expect(hash).toBe("d438b34e94c0c98b38a2703471e1c17fb0a41db845086f52c3f3f8000a37f83e");
  expect(await recordHash({ ...record, at: record.at + 1 })).not.toBe(hash);
});
