import { describe, expect, it } from "vitest";
import { actionFields, fieldChanges } from "./action-fields";

const answer = { to: "m@example.com", subject: "Re: Hello", body: "Hi", resolution: "answer" as const };
const refund = {
  to: "m@example.com",
  orderId: "FH-20517",
  amountCents: 123_450,
  reason: "duplicatePayment" as const,
  method: "voucher" as const,
  message: "Dear M",
};

const shown = (action: Parameters<typeof actionFields>[0]) =>
  actionFields(action).map(({ field, text }) => [field.label, text]);

describe("actionFields", () => {
  it("shows what an answer has, in the order of its kind", () => {
    expect(shown(answer)).toEqual([
      ["To", "m@example.com"],
      ["Subject", "Re: Hello"],
      ["Resolution", "Answer"],
      ["Message", "Hi"],
    ]);
  });

  it("shows amounts with their cents and choices with their labels", () => {
    expect(shown(refund)).toEqual([
      ["Amount", "$1,234.50"],
      ["To", "m@example.com"],
      ["Order", "FH-20517"],
      ["Reason", "Duplicate payment"],
      ["Paid back", "As a voucher"],
      ["Note to the customer", "Dear M"],
    ]);
  });

  it("shows a day as a day, whatever the reader's time zone", () => {
    const announcement = {
      channel: "press" as const,
      audience: "public" as const,
      headline: "News",
      body: "Text",
      publishOn: "2027-03-01",
    };
    expect(shown(announcement)[2]).toEqual(["Publish on", expect.stringMatching(/\b1\b.*2027|2027.*\b1\b/)]);
  });
});

describe("fieldChanges", () => {
  it("names fields that came, went and stayed", () => {
    const before = { ...answer, resolution: "refund" as const, refundAmountCents: 900 };
    const after = { ...answer, resolution: "escalate" as const, escalateTo: "legal" as const };
    const changes = fieldChanges(before, after).map(({ field, before: old, after: now }) => [field.label, old, now]);
    expect(changes.slice(2, 5)).toEqual([
      ["Resolution", "Refund", "Escalate"],
      ["Refund", "$9.00", null],
      ["Escalate to", null, "Legal"],
    ]);
    expect(changes[0]).toEqual(["To", "m@example.com", "m@example.com"]);
  });
});
