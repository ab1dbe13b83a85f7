import { expect, it } from "vitest";
import { partialJson } from "./partial-json";

it.each([
  ['{"body":"De', { body: "De" }],
  ['{"body":"two\\nlines \\"quoted\\""', { body: 'two\nlines "quoted"' }],
  ['{"body":"cut in an escape \\', { body: "cut in an escape " }],
  ['{"body":"cut in an escape \\u00e', { body: "cut in an escape " }],
  ['{"body":"an escaped backslash \\\\', { body: "an escaped backslash \\" }],
  ['{"subject":"Re: Hi","bo', { subject: "Re: Hi" }],
  ['{"subject":"Re: Hi","body":', { subject: "Re: Hi" }],
  ['{"subject":"a, b {c}","body":"d', { subject: "a, b {c}", body: "d" }],
  ['{"evidence":[{"claim":"x","quote":"y', { evidence: [{ claim: "x", quote: "y" }] }],
  ['{"done":true}', { done: true }],
])("reads what is there of %s", (text, value) => {
  expect(partialJson(text)).toEqual(value);
});

it.each(["", "{\"bo", "nonsense", "}"])("tells nothing of %j", (text) => {
  expect(partialJson(text)).toBeUndefined();
});

it("reads every beginning of a draft without ever losing words it already had", () => {
  const text = JSON.stringify({ subject: "Re: Charged \"twice\"", body: "Dear Dana,\n\nü \\ [x], {y}" });
  let before = "";
  for (let end = 1; end <= text.length; end++) {
    const value = partialJson(text.slice(0, end)) as { body?: string } | undefined;
    const body = value?.body ?? "";
    expect(body.startsWith(before)).toBe(true);
    before = body;
  }
});
