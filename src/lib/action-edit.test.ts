import type { Action } from "@convex/shared/actions";
import { describe, expect, it } from "vitest";
import { editOf, readEdit, sameAction } from "./action-edit";

const REFUND = {
  to: "Owen Fraser <owen@example.com>",
  orderId: "FH-20517",
  amountCents: 8_900,
  reason: "defect",
  method: "originalPayment",
  message: "Dear Owen,\n\nsorry.",
} satisfies Action;
const LETTER = { to: "m@example.com", subject: "Re: Hi", body: "Hello.", resolution: "answer" } satisfies Action;
const NEWS = { channel: "press", audience: "public", headline: "News", body: "Text" } satisfies Action;

describe("readEdit: types are kept", () => {
  it.each([
    ["refund", REFUND],
    ["customerReply", LETTER],
    ["customerReply", { ...LETTER, resolution: "refund", refundAmountCents: 1 } satisfies Action],
    ["announcement", NEWS],
    ["announcement", { ...NEWS, publishOn: "2027-03-31" } satisfies Action],
  ])("gives a %s back that nobody changed", (playbook, action) => {
    expect(readEdit(playbook, editOf(playbook, action))).toEqual({ action, problems: [] });
  });

  it("reads dollars as whole cents", () => {
    const edit = editOf("refund", REFUND);
    expect(edit["amountCents"]).toBe("89.00");
    expect(readEdit("refund", { ...edit, amountCents: "$1,234.5" }).action).toMatchObject({ amountCents: 123_450 });
  });

  it.each(["", "many", "12,50", "1.234", "-5", "0x10", "1e3"])("refuses “%s” as an amount, once", (amountCents) => {
    const { problems } = readEdit("refund", { ...editOf("refund", REFUND), amountCents });
    expect(problems.map(({ field }) => field)).toEqual(["amountCents"]);
  });

  it("names an amount above what may be refunded", () => {
    const { problems } = readEdit("refund", { ...editOf("refund", REFUND), amountCents: "10000.01" });
    expect(problems[0]?.text).toContain("$10,000.00");
  });

  it("leaves out what belongs to another choice, and asks for what belongs to this one", () => {
    const paid = editOf("customerReply", { ...LETTER, resolution: "refund", refundAmountCents: 900 });
    expect(readEdit("customerReply", { ...paid, resolution: "answer" }).action).toEqual(LETTER);
    const { problems } = readEdit("customerReply", { ...paid, resolution: "escalate" });
    expect(problems).toEqual([{ field: "escalateTo", text: "Choose one for “Escalate to”." }]);
  });

  it("leaves out an empty day and refuses one that does not exist", () => {
    const edit = editOf("announcement", { ...NEWS, publishOn: "2027-03-31" });
    expect(readEdit("announcement", { ...edit, publishOn: "" }).action).toEqual(NEWS);
    expect(readEdit("announcement", { ...edit, publishOn: "2027-02-29" }).problems[0]?.field).toBe("publishOn");
  });

  it("names every field that is wrong", () => {
    const { action, problems } = readEdit("refund", { ...editOf("refund", REFUND), orderId: " ", message: "" });
    expect(action).toBeNull();
    expect(problems.map(({ field }) => field)).toEqual(["orderId", "message"]);
  });
});

describe("sameAction", () => {
  it("sees no difference in the order of fields, and every difference in their values", () => {
    const { to, ...rest } = REFUND;
    expect(sameAction(REFUND, { ...rest, to })).toBe(true);
    expect(sameAction(REFUND, { ...REFUND, amountCents: 8_901 })).toBe(false);
  });
});
