import { describe, expect, it } from "vitest";
import { actionFields, fieldChanges } from "./action-fields";

const answer = { to: "m@example.com", subject: "Re: Hello", body: "Hi", resolution: "answer" as const };

describe("actionFields", () => {
  it("shows only the resolution of an answer", () => {
    expect(actionFields(answer)).toEqual([{ name: "Resolution", value: "Answer" }]);
  });

  it("shows a refund's amount with its cents", () => {
    expect(actionFields({ ...answer, resolution: "refund", refundAmountCents: 123_450 })).toEqual([
      { name: "Resolution", value: "Refund" },
      { name: "Refund", value: "$1,234.50" },
    ]);
  });
});

describe("fieldChanges", () => {
  it("names fields that came, went and stayed", () => {
    const refund = { ...answer, resolution: "refund" as const, refundAmountCents: 900 };
    const escalation = { ...answer, resolution: "escalate" as const, escalateTo: "legal" as const };
    expect(fieldChanges(refund, escalation)).toEqual([
      { name: "Resolution", before: "Refund", after: "Escalate" },
      { name: "Escalate to", before: null, after: "Legal" },
      { name: "Refund", before: "$9.00", after: null },
    ]);
  });
});
