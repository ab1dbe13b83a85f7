import { expect, it } from "vitest";
import type { CustomerReply } from "./actions";
import { auditText, vAuditEvent } from "./audit/event";
import { canonicalJson } from "./canonicalJson";
import { digestOf } from "./digest";
import { deskError, deskErrorOf, errorText } from "./errors";

const REPLY: CustomerReply = { to: "a@example.com", subject: "Re: Hi", body: "Hello.", resolution: "answer" };

// The input and output of RFC 8785, section 3.2.2 and 3.2.3.
it("writes canonical JSON as RFC 8785 does", () => {
  const value = {
    numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
    literals: [null, true, false],
  };
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

it("sorts members by UTF-16 code units, as RFC 8785's example", () => {
  const value = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
  };
  expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toHaveLength(7);
  expect([...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map(([, text]) => text)).toEqual([
    "Carriage Return",
    "One",
    "Control",
    "Latin Small Letter O With Diaeresis",
    "Euro Sign",
    "Emoji: Grinning Face",
    "Hebrew Letter Dalet With Dagesh",
  ]);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, "\ud800"])("has no canonical form for %j", (value) => {
  expect(() => canonicalJson(value)).toThrow(TypeError);
});

it("the digest does not depend on the order of members, and depends on everything else", async () => {
  const digest = await digestOf({ playbook: "customerReply", connector: "outbox", action: REPLY });
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  const reordered = Object.fromEntries(Object.entries(REPLY).reverse()) as CustomerReply;
  expect(await digestOf({ action: reordered, connector: "outbox", playbook: "customerReply" })).toBe(digest);
  for (const other of [
    { playbook: "other", connector: "outbox", action: REPLY },
    { playbook: "customerReply", connector: "webhook", action: REPLY },
    { playbook: "customerReply", connector: "outbox", action: { ...REPLY, body: "Hello!" } },
  ])
    expect(await digestOf(other)).not.toBe(digest);
});

it("a known digest stays what it is: stored approvals depend on it", async () => {
  expect(await digestOf({ playbook: "customerReply", connector: "outbox", action: REPLY })).toBe(
    "7e17f3d35e4d4616f8d2b264f7d96be9f8005b1f1f385809b882ccf5406fb0bf",
  );
});

it("errors carry code, text and details, and are told apart from other errors", () => {
  const error = deskError("staleDraft", { currentRevision: 2 });
  expect(error.data).toEqual({ code: "staleDraft", message: errorText("staleDraft"), currentRevision: 2 });
  expect(deskErrorOf(error)?.code).toBe("staleDraft");
  expect(deskErrorOf(new Error("staleDraft"))).toBeNull();
});

it("every kind of audit event has a text", () => {
  const sample = { kind: "voted", revision: 2, verdict: { kind: "reject", reason: "Too long." } };
  expect(auditText(sample as Parameters<typeof auditText>[0])).toBe("rejected draft 2: Too long.");
  for (const { fields } of vAuditEvent.members) {
    const event = {
      kind: fields.kind.value,
      step: "draft",
      verdict: { kind: "approve" },
      revision: 1,
      outcome: "approved",
      roles: ["reviewer"],
      by: "password",
      link: "reset",
      from: [],
      to: [],
    };
    expect(auditText(event as Parameters<typeof auditText>[0])).toEqual(expect.any(String));
  }
});
