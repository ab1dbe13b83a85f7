import type { Action } from "@convex/shared/actions";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { ActionForm } from "@/components/action-form";
import { ActionDiff, ActionLetter } from "@/components/action-letter";
import { type ActionEdit, editOf } from "@/lib/action-edit";

const REFUND = {
  to: "Owen Fraser <owen@example.com>",
  orderId: "FH-20517",
  amountCents: 8_900,
  reason: "defect",
  method: "originalPayment",
  message: "Dear Owen,",
} satisfies Action;
const LETTER = { to: "m@example.com", subject: "Re: Hi", body: "Hello.", resolution: "answer" } satisfies Action;
const NEWS = { channel: "press", audience: "public", headline: "News", body: "Text" } satisfies Action;

function form(playbook: string, edit: ActionEdit, tried = false): string {
  return renderToStaticMarkup(createElement(ActionForm, { playbook, edit, tried, onChange: () => undefined }));
}

const labels = (html: string) => [...html.matchAll(/<label[^>]*>([^<]*)<\/label>/g)].map(([, text]) => text);

describe("ActionForm", () => {
  it("has a labelled control for every field of the kind, in its order", () => {
    const html = form("refund", editOf("refund", REFUND));
    expect(labels(html)).toEqual(["Amount", "To", "Order", "Reason", "Paid back", "Note to the customer"]);
    const ids = [...html.matchAll(/<label[^>]* for="([^"]*)"/g)].map(([, id]) => id);
    for (const id of ids) expect(html).toMatch(new RegExp(`<(?:input|select|textarea)[^>]* id="${id}"`));
    expect(html).toMatch(/<input[^>]*value="89\.00"/);
  });

  it("lets nobody edit the recipient", () => {
    const html = form("refund", editOf("refund", REFUND));
    expect(/<input[^>]*name="to"[^>]*>/.exec(html)?.[0]).toMatch(/readOnly=""/);
    expect(/<input[^>]*name="orderId"[^>]*>/.exec(html)?.[0]).not.toMatch(/readOnly/);
  });

  it("shows a field that belongs to a choice only with that choice", () => {
    const edit = editOf("customerReply", LETTER);
    expect(labels(form("customerReply", edit))).toEqual(["To", "Subject", "Resolution", "Message"]);
    expect(labels(form("customerReply", { ...edit, resolution: "refund" }))).toContain("Refund");
  });

  it("says what is wrong beside the field, and only once somebody wants to send", () => {
    const edit = { ...editOf("refund", REFUND), amountCents: "much" };
    expect(form("refund", edit)).not.toContain("Enter an amount");
    const html = form("refund", edit, true);
    const id = /<input[^>]*name="amountCents"[^>]*>/.exec(html)?.[0];
    expect(id).toMatch(/aria-invalid="true"/);
    const hint = /aria-describedby="([^"]*)"/.exec(id ?? "")?.[1];
    expect(html).toMatch(new RegExp(`<p id="${hint}"[^>]*><span[^>]*>Enter an amount in dollars`));
  });

  it("marks what may be left empty", () => {
    expect(labels(form("announcement", editOf("announcement", NEWS)))).toContain("Publish on (optional)");
  });
});

describe("an action as it will be performed", () => {
  it.each<[string, Action, string[]]>([
    ["letter", LETTER, ["m@example.com", "Re: Hi", "Answer", "Hello."]],
    ["refund", REFUND, ["$89.00", "Owen Fraser &lt;owen@example.com&gt;", "FH-20517", "Defect", "Dear Owen,"]],
    ["announcement", NEWS, ["Press release", "Public", "News", "Text"]],
  ])("%s: nothing of it is left out", (_, action, texts) => {
    const html = renderToStaticMarkup(createElement(ActionLetter, { action }));
    for (const text of texts) expect(html).toContain(text);
  });

  it("marks what changed in every field", () => {
    const after = { ...REFUND, amountCents: 4_500, method: "voucher" as const };
    const html = renderToStaticMarkup(createElement(ActionDiff, { before: REFUND, after }));
    for (const word of ["89", "45", "voucher"]) expect(html).toMatch(new RegExp(`<(?:ins|del)[^>]*>.*${word}`));
  });

  it("shows markup in a draft as text", () => {
    const html = renderToStaticMarkup(createElement(ActionLetter, { action: { ...NEWS, body: "<b>x</b>" } }));
    expect(html).toContain("&lt;b&gt;x&lt;/b&gt;");
  });
});
