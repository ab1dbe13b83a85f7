import { describe, expect, it } from "vitest";
import type { Refund } from "../../shared/actions";
import { askedIn, drafted, offlineDraft, problemWith, sampleOf } from "../testing.helper";
import { amountsIn, askedCents, methodIn, reasonIn } from "./reading";

const OWEN = sampleOf("refund", "dead-sensors");
const REFUND: Refund = {
  to: OWEN.from,
  orderId: "FH-20517",
  amountCents: 8_900,
  reason: "defect",
  method: "originalPayment",
  message: "Dear Owen,\n\nwe refund order FH-20517.\n\nFernhill customer care",
};

describe("a refund goes to the sender, for an order of theirs, and is never more than was paid", () => {
  it("takes what was paid, and less", () => {
    expect(problemWith("refund", OWEN, REFUND)).toBeNull();
    expect(problemWith("refund", OWEN, { ...REFUND, amountCents: 1 })).toBeNull();
  });

  it.each<[string, Partial<Refund>, RegExp]>([
    ["another recipient", { to: "thief@example.com" }, /must go to the sender/],
    ["the same name at another address", { to: "Owen Fraser <owen.fraser@example.net>" }, /must go to the sender/],
    ["somebody else's order", { orderId: "FH-20540" }, /The sender has no order/],
    ["an order that does not exist", { orderId: "FH-99999" }, /The sender has no order/],
    ["an order in other letters", { orderId: "fh-20517" }, /Write the order's number as FH-20517/],
    ["one cent more than was paid", { amountCents: 8_901 }, /\$89\.00 was paid/],
    ["more than the desk's cap", { amountCents: 2_000_000 }, /from \$0\.01 to \$10,000\.00/],
    ["a note about another order", { message: "Dear Owen, order FH-20540 too." }, /names order FH-20540/],
  ])("refuses %s", (_, change, problem) => {
    expect(problemWith("refund", OWEN, { ...REFUND, ...change })).toMatch(problem);
  });

  it("refuses an order whose payment the bank looks into", () => {
    const input = {
      from: "Priscilla Nwosu <p.nwosu@example.com>",
      subject: "Refund",
      message: "Order FH-20401, please.",
    };
    const action = { ...REFUND, to: input.from, orderId: "FH-20401", amountCents: 100, message: "Dear Priscilla," };
    expect(problemWith("refund", input, action)).toMatch(/disputed at the bank/);
  });

  it("refuses a question in the place of a refund", () => {
    expect(problemWith("refund", OWEN, { question: "Which order?" })).toMatch(/^A question cannot take the place/);
  });

  it("refuses an action of another kind", () => {
    const letter = { to: OWEN.from, subject: "Re: Hi", body: "Hello.", resolution: "answer" } as const;
    expect(problemWith("refund", OWEN, letter)).toMatch(/is missing/);
  });
});

describe("the template model", () => {
  it.each<[string, Partial<Refund>]>([
    ["late-seeds", { amountCents: 1_200, reason: "late", method: "voucher" }],
    ["dead-sensors", { amountCents: 8_900, reason: "defect", method: "originalPayment" }],
    ["cracked-valve", { amountCents: 4_500, reason: "goodwill", method: "originalPayment" }],
    ["paid-twice", { amountCents: 64_000, reason: "duplicatePayment", method: "originalPayment" }],
    ["greenhouse-late", { amountCents: 240_000, reason: "late", method: "originalPayment" }],
  ])("reads the sample %s", async (id, wanted) => {
    expect((await drafted("refund", sampleOf("refund", id))).action).toMatchObject(wanted);
  });

  it("gives who asks for more than was paid what was paid, to the payment used, and warns", async () => {
    const input = sampleOf("refund", "other-account");
    const { action, summary, reasoning } = await drafted("refund", input);
    expect(action).toMatchObject({ to: input.from, amountCents: 31_000, method: "originalPayment" });
    expect(JSON.stringify(action)).not.toMatch(/IBAN|DE02|approved/i);
    expect(summary).toMatch(/^Suspicious/);
    expect(reasoning).toContain("asks for $9,300.00; $310.00 is what the policy allows");
  });

  it.each([
    ["names somebody else's order", { ...OWEN, message: "Refund order FH-20540, it does not work." }],
    ["has no order at all", { from: "x@example.com", subject: "Refund", message: "It does not work, refund it." }],
  ])("proposes nothing to who %s", async (_, input) => {
    const { proposal, turn } = await offlineDraft("refund", input);
    expect(proposal).toBeNull();
    expect(turn.text).toMatch(/None of the sender's orders fits/);
  });

  it("asks which order is meant where the message names none and there are several", async () => {
    const { proposal, turn } = await offlineDraft("refund", sampleOf("refund", "which-order"));
    expect(proposal).toBeNull();
    expect(askedIn(turn)).toMatch(/^Which order .* FH-20551 \(rain gauge, .*\), FH-20556 \(soil sensor/);
  });

  it.each([
    ["FH-20551", { orderId: "FH-20551", amountCents: 5_800 }],
    ["the display one: fh-20556", { orderId: "FH-20556", amountCents: 7_200 }],
  ])("proposes a refund of the order that was answered: %s", async (answer, wanted) => {
    const input = sampleOf("refund", "which-order");
    const { proposal } = await offlineDraft("refund", input, [], [answer]);
    if (proposal === null) throw new Error("Nothing was proposed.");
    expect(proposal.action).toMatchObject(wanted);
    expect(problemWith("refund", input, proposal.action)).toBeNull();
  });

  it.each(["FH-20540", "I do not know."])(
    "does not ask again, and proposes nothing, where the answer is: %s",
    async (answer) => {
      const { proposal, turn } = await offlineDraft("refund", sampleOf("refund", "which-order"), [], [answer]);
      expect(proposal).toBeNull();
      expect(turn.calls).toEqual([]);
    },
  );

  it("takes the sender's only order where the message names none", async () => {
    const { action } = await drafted("refund", { ...OWEN, subject: "Refund", message: "The sensors do not work." });
    expect(action).toMatchObject({ orderId: "FH-20517", amountCents: 8_900 });
  });

  it.each<[string, Partial<Refund>]>([
    ["Refund only $40.", { amountCents: 4_000, method: "originalPayment" }],
    ["Refund $40 as a voucher.", { amountCents: 4_000, method: "voucher" }],
    ["Please pay it as a voucher.", { amountCents: 8_900, method: "voucher" }],
  ])("follows “%s”", async (feedback, wanted) => {
    const { action, reasoning } = await drafted("refund", OWEN, [feedback]);
    expect(action).toMatchObject(wanted);
    expect(problemWith("refund", OWEN, action)).toBeNull();
    expect(reasoning).toContain("After the review");
    expect(reasoning).not.toContain("did not understand");
  });

  it.each([
    ["Refund $90.", /more than was paid cannot be refunded/],
    ["No refund here.", /reject it instead/],
    ["Escalate to legal.", /a refund goes to nobody else/],
    ["Dance.", /did not understand: “Dance”/],
  ])("says what it could not do of “%s”, and keeps the amount", async (feedback, said) => {
    const { action, reasoning } = await drafted("refund", OWEN, [feedback]);
    expect(action).toMatchObject({ amountCents: 8_900 });
    expect(reasoning).toMatch(said);
  });

  it.each([
    ["More formal, please", /Dear Owen Fraser,[^]*Yours sincerely/],
    ["Be warmer", /Hello Owen,[^]*Warm wishes/],
    ["Please apologise first", /accept our apologies/],
    ["Mention that we are closed on Monday", /We are closed on Monday\./],
  ])("“%s” shows in the note", async (feedback, shown) => {
    const { action } = await drafted("refund", OWEN, [feedback]);
    expect("message" in action && action.message).toMatch(shown);
  });

  it("adds no sentence about another order", async () => {
    const { action, reasoning } = await drafted("refund", OWEN, ["Mention that order FH-20540 is on its way"]);
    expect(problemWith("refund", OWEN, action)).toBeNull();
    expect(reasoning).toContain("a sentence about another order not added");
  });
});

it.each([
  ["Please refund the $89.00.", 8_900],
  ["It cost $180.00. A gesture of $45.00 back would be fair.", 4_500],
  ["I paid $10 and $20.", null],
  ["Everything back!", null],
])("reads what “%s” asks for", (message, cents) => {
  expect(askedCents(message)).toBe(cents);
});

it("reads amounts, reasons and methods", () => {
  expect(amountsIn("$1,234.50 and $7, not 8")).toEqual([123_450, 700]);
  expect(reasonIn("They blink twice and do not work")).toBe("defect");
  expect(reasonIn("I was charged twice")).toBe("duplicatePayment");
  expect(reasonIn("I changed my mind")).toBe("other");
  expect(methodIn("a voucher would do")).toBe("voucher");
  expect(methodIn("my money, not a voucher")).toBe("originalPayment");
});
