import { expect, it } from "vitest";
import { digestOf } from "../digest";
import { fieldsOfAction } from "../policy/fields";
import {
  actionProblem,
  ACTIONS,
  checkAnnouncement,
  checkCustomerReply,
  checkQuestion,
  checkRefund,
  headOf,
  isQuestion,
  kindOf,
  performedKindOf,
  shapeOf,
  shapeProblem,
  type Action,
  type ActionKind,
  type Announcement,
  type CustomerReply,
  type Question,
  type Refund,
} from "./index";
import { actionShape } from "./shape";

const REPLY: CustomerReply = { to: "a@example.com", subject: "Re: Hi", body: "Hello.", resolution: "answer" };
const REFUND: Refund = {
  to: "Owen Fraser <owen@example.com>",
  orderId: "FH-20517",
  amountCents: 6_490,
  reason: "defect",
  method: "originalPayment",
  message: "Dear Owen,",
};
const NEWS: Announcement = { channel: "website", audience: "public", headline: "News", body: "We have news." };
const ALL: Record<ActionKind, Action> = { customerReply: REPLY, refund: REFUND, announcement: NEWS };
const QUESTION: Question = { question: "Which order is it?" };
const KINDS = Object.keys(ACTIONS) as ActionKind[];

it.each<[string, Partial<CustomerReply>, RegExp]>([
  ["no text", { body: " " }, /“Message” is empty/],
  ["no recipient", { to: "" }, /“To” is empty/],
  ["a subject of two lines", { subject: "a\nBcc: b@example.com" }, /one line/],
  ["a recipient of two lines", { to: "a@example.com\r\nBcc: b@example.com" }, /one line/],
  ["a long subject", { subject: "x".repeat(201) }, /longer than 200 characters/],
  ["a long text", { body: "x".repeat(20_001) }, /longer than 20,000 characters/],
  ["broken characters", { body: "\ud800" }, /broken characters/],
  ["a refund without amount", { resolution: "refund" }, /amount/],
  ["an amount without refund", { refundAmountCents: 100 }, /amount/],
  ["half a cent", { resolution: "refund", refundAmountCents: 0.5 }, /whole number/],
  ["a negative refund", { resolution: "refund", refundAmountCents: -5 }, /whole number/],
  ["a huge refund", { resolution: "refund", refundAmountCents: 100_000_000 }, /whole number/],
  ["an escalation to nobody", { resolution: "escalate" }, /team/],
  ["a team without escalation", { escalateTo: "legal" }, /team/],
])("refuses %s in a customer reply", (_, change, problem) => {
  expect(checkCustomerReply(REPLY)).toBeNull();
  expect(checkCustomerReply({ ...REPLY, ...change })).toMatch(problem);
});

it.each<[string, Partial<Refund>, RegExp]>([
  ["no order", { orderId: " " }, /“Order” is empty/],
  ["an order of two lines", { orderId: "FH-20517\nFH-20377" }, /one line/],
  ["no note", { message: "" }, /“Note to the customer” is empty/],
  ["nothing", { amountCents: 0 }, /from \$0\.01 to \$10,000\.00/],
  ["more than the cap", { amountCents: 1_000_001 }, /from \$0\.01 to \$10,000\.00/],
  ["part of a cent", { amountCents: 6_490.5 }, /whole number of cents/],
  ["no number", { amountCents: Number.NaN }, /whole number of cents/],
])("refuses %s in a refund", (_, change, problem) => {
  expect(checkRefund(REFUND)).toBeNull();
  expect(checkRefund({ ...REFUND, amountCents: 1_000_000 })).toBeNull();
  expect(checkRefund({ ...REFUND, ...change })).toMatch(problem);
});

it.each<[string, Partial<Announcement>, RegExp]>([
  ["no headline", { headline: "" }, /“Headline” is empty/],
  ["a headline of two lines", { headline: "a\nb" }, /one line/],
  ["a day that does not exist", { publishOn: "2027-02-29" }, /a day such as/],
  ["a day in another form", { publishOn: "31.03.2027" }, /a day such as/],
  ["an e-mail address", { body: "Ask dana.whitfield@example.com." }, /e-mail address: “dana.whitfield@example.com”/],
  ["an address in the headline", { headline: "dana@example.com wins" }, /e-mail address/],
  ["an address with a full-width sign", { body: "Ask dana＠example.com" }, /e-mail address/],
  ["an address with an invisible break", { body: "Ask dana\u200B@exam\u00ADple.com" }, /e-mail address/],
  ["an order number", { body: "Order FH-20418 was late." }, /order number: “FH-20418”/],
  ["an order number with another dash", { body: "Order fh\u201120418 was late." }, /order number/],
])("refuses %s in an announcement", (_, change, problem) => {
  expect(checkAnnouncement(NEWS)).toBeNull();
  expect(checkAnnouncement({ ...NEWS, publishOn: "2028-02-29" })).toBeNull();
  expect(checkAnnouncement({ ...NEWS, ...change })).toMatch(problem);
});

it("an announcement may say @ and name what is no order", () => {
  const body = "Meet us @ the fair, stand FH-12, or on social media: @fernhill. Fernhill Plus costs $9.00.";
  expect(checkAnnouncement({ ...NEWS, body })).toBeNull();
});

it.each(KINDS)("types are kept: %s takes its own action and none of another kind", (kind) => {
  expect(shapeProblem(kind, ALL[kind])).toBeNull();
  for (const other of KINDS.filter((name) => name !== kind)) expect(shapeProblem(kind, ALL[other])).not.toBeNull();
});

it.each<[string, unknown, RegExp]>([
  ["an amount as text", { ...REFUND, amountCents: "6490" }, /“Amount” has another type/],
  ["an unknown choice", { ...REFUND, reason: "because" }, /“Reason” has another type/],
  ["a missing field", { ...REFUND, method: undefined }, /“Paid back” is missing/],
  ["one field more", { ...REFUND, iban: "DE02" }, /a field that its kind has not/],
  ["a list", [REFUND], /is missing/],
  ["nothing", null, /no action/],
])("types are kept: %s is refused", (_, action, problem) => {
  expect(shapeProblem("refund", action)).toMatch(problem);
  expect(actionProblem("refund", action)).toMatch(problem);
});

it("types are kept: what is right in type may still be wrong by the rules", () => {
  expect(shapeProblem("refund", { ...REFUND, amountCents: -1 })).toBeNull();
  expect(actionProblem("refund", { ...REFUND, amountCents: -1 })).toMatch(/whole number/);
});

it("no name but a playbook's is one, not even a name that every object has", () => {
  for (const name of ["", "press", "constructor", "__proto__"]) expect(() => shapeOf(name)).toThrow(/no action/);
});

it.each(KINDS)("%s: an action tells its kind and has a line for lists", (kind) => {
  expect(kindOf(ALL[kind])).toBe(kind);
  expect(headOf(ALL[kind])).toEqual({ title: expect.stringMatching(/\S/), detail: expect.stringMatching(/\S/) });
});

it("the head of a refund says how much for what, and of an announcement where it goes", () => {
  expect(headOf(REFUND).title).toBe("Refund of $64.90 for order FH-20517");
  expect(headOf({ ...NEWS, channel: "press", audience: "partners" }).detail).toBe("Press release, for partners");
});

it.each(KINDS)(
  "%s: every field that is stored is a field that people see, and policies can ask for its amounts",
  (kind) => {
    const { fields, validator } = shapeOf(kind);
    expect(fields.map(({ name }) => name).sort()).toEqual(Object.keys(validator.fields).sort());
    const asked = new Map(fieldsOfAction(validator).map(({ path, type }) => [path, type]));
    for (const { name, widget } of fields) {
      const type = asked.get(`action.${name}`);
      if (widget === "money") expect(type).toEqual({ kind: "number", unit: "cents" });
      else expect(type).toMatchObject({ kind: widget === "choice" ? "choice" : "text" });
    }
  },
);

it.each(KINDS)("%s: a choice offers exactly what its validator takes", (kind) => {
  const { fields, validator } = shapeOf(kind);
  const taken = new Map(fieldsOfAction(validator).map(({ path, type }) => [path, type]));
  for (const field of fields) {
    if (field.widget !== "choice") continue;
    const options = field.choices.map(({ value }) => value);
    expect(taken.get(`action.${field.name}`)).toEqual({ kind: "choice", options });
  }
});

it("a kind whose fields are not all seen cannot be made", () => {
  const { validator } = ACTIONS.announcement;
  expect(() => actionShape({ validator, fields: [], head: () => ({ title: "", detail: "" }) })).toThrow(/headline/);
});

const DIGESTS: Partial<Record<ActionKind, string>> = {
  customerReply: "7e17f3d35e4d4616",
  refund: "cba0c57caeead783",
  announcement: "4ca108d2709fda4d",
};

it.each(Object.entries(DIGESTS))(
  "%s: a known digest stays what it is, because stored approvals name it",
  async (kind, start) => {
    const playbook = kind as ActionKind;
    expect((await digestOf({ playbook, connector: "outbox", action: ALL[playbook] })).slice(0, 16)).toBe(start);
  },
);

it.each([
  ["nothing", "  ", /is empty/],
  ["more than 600 characters", "x".repeat(601), /longer than 600 characters/],
  ["broken characters", "Which\ud800?", /broken characters/],
])("refuses a question of %s", (_, question, problem) => {
  expect(checkQuestion({ question: "x".repeat(600) })).toBeNull();
  expect(checkQuestion({ question })).toMatch(problem);
});

it("a question is a kind of draft that no playbook has and nothing performs", () => {
  expect(kindOf(QUESTION)).toBe("question");
  expect(isQuestion(QUESTION)).toBe(true);
  for (const kind of KINDS) expect(isQuestion(ALL[kind])).toBe(false);
  expect(headOf(QUESTION)).toEqual({ title: QUESTION.question, detail: "" });
  expect(() => performedKindOf(QUESTION)).toThrow(/never performed/);
  expect(() => shapeOf("question")).toThrow(/no action of a playbook/);
  for (const kind of KINDS) expect(actionProblem(kind, QUESTION)).toMatch(/is missing/);
});
