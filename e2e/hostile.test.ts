import type { Browser } from "playwright-core";
import { WebSocket } from "ws";
import { afterAll, beforeAll, expect, it } from "vitest";
import { api } from "../convex/_generated/api.js";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import { connectAs } from "./by-program.ts";
import type { Desk } from "./desk.ts";
import { inLong } from "./in-long.ts";
import { conflictDialog, decision, goTo, inboxRow, openTask, signIn, submitForm } from "./people.ts";
import { startPrepared } from "./prepared.ts";

let desk: Desk;
let browser: Browser;
let maya: Visitor;
let priya: Visitor;

beforeAll(async () => {
  desk = await startPrepared();
  browser = await launchBrowser();
  [maya, priya] = await Promise.all([visit(browser, desk.url), visit(browser, desk.url)]);
  await signIn(maya.page, "Maya Okafor");
  await signIn(priya.page, "Priya Raman");
});
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

it("shows HTML and scripts in a message and its draft as text", async () => {
  const subject = "<img src=x onerror=alert(1)> Broken <b>sensor</b>";
  const message = 'Hello <script>document.title = "owned"</script> **bold** [click](javascript:alert(1)) my sensor is broken.';
  const dialogs: string[] = [];
  for (const { page } of [maya, priya]) page.on("dialog", (dialog) => dialogs.push(dialog.message()));
  await submitForm(maya.page, { subject, message });
  await openTask(priya.page, "Broken <b>sensor</b>");
  await priya.page.getByText("**bold** [click](javascript:alert(1))").first().waitFor();
  for (const { page } of [maya, priya]) {
    expect(await page.locator("main img, main script, main b").count()).toBe(0);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(await page.title()).not.toContain("owned");
  }
  expect(dialogs).toEqual([]);
});

it("marks what cannot be seen or turns the text around, in the message, the inbox and the draft", async () => {
  const client = await connectAs(desk, "requester");
  const input = { from: "dana@example.com", subject: "Refund to \u202Ereverof", message: "My order pay\u200Bpal never came. Where is it?" };
  await client.mutation(api.requests.submit, { playbook: "customerReply", input, submissionKey: "unseen" });
  await client.close();
  await inboxRow(priya.page, "Refund to U+202Ereverof").waitFor();
  await openTask(priya.page, "Refund to U+202Ereverof");
  await priya.page.getByText("My order payU+200Bpal never came.").first().waitFor();
  const draft = priya.page.getByLabel("Draft 1", { exact: true });
  await draft.getByText(/^This draft holds characters that cannot be seen/).waitFor();
  await draft.getByText("Re: Refund to U+202Ereverof").waitFor();
});

inLong("lets one of two opposite decisions win and tells the other who won", async () => {
  const tom = await visit(browser, desk.url);
  await signIn(tom.page, "Tom Hallberg");
  await submitForm(maya.page, { subject: "Two of you", message: "Can I return an opened sensor?" });
  await openTask(priya.page, "Two of you");
  await openTask(tom.page, "Two of you");
  await decision(tom.page).getByRole("button", { name: "Reject" }).click();
  await decision(tom.page).getByRole("textbox").fill("Needs a call first.");
  await Promise.all([
    decision(priya.page).getByRole("button", { name: "Approve" }).click(),
    decision(tom.page).locator("form").getByRole("button", { name: "Reject" }).click(),
  ]);
  const conflict = /(Tom Hallberg rejected|Priya Raman approved) this\. Your decision was not taken/;
  const [loser, winner] = await Promise.any([
    conflictDialog(priya.page).getByText(conflict).waitFor().then(() => [priya, tom] as const),
    conflictDialog(tom.page).getByText(conflict).waitFor().then(() => [tom, priya] as const),
  ]);
  expect(await conflictDialog(winner.page).count()).toBe(0);
  // What the loser had written is kept, and may be copied.
  if (loser === tom) await conflictDialog(tom.page).getByText("Needs a call first.").waitFor();
  await conflictDialog(loser.page).getByRole("button", { name: "Close" }).first().click();
  for (const { page } of [loser, winner]) {
    await decision(page).getByText(loser === priya ? "by Tom Hallberg" : "by Priya Raman").waitFor();
  }
  await tom.close();
});

it("refuses an empty and an oversized message at the form, keeping what was typed", async () => {
  await goTo(maya.page, "New request");
  await maya.page.getByLabel("From", { exact: true }).fill("nora@example.com");
  await maya.page.getByLabel("Subject", { exact: true }).fill("Too long");
  await maya.page.locator("form").getByRole("button", { name: /^Submit/ }).click();
  const refused = maya.page.locator('form textarea[aria-invalid="true"]');
  await refused.waitFor();
  await maya.page.getByLabel("Message", { exact: true }).fill("Now it is fine.");
  await refused.waitFor({ state: "detached" });
  await maya.page.getByLabel("Message", { exact: true }).fill("x".repeat(1_000_000));
  await maya.page.locator("form").getByRole("button", { name: /^Submit/ }).click();
  await refused.waitFor();
  expect(await maya.page.getByLabel("Subject", { exact: true }).inputValue()).toBe("Too long");
  expect(new URL(maya.page.url()).pathname).toBe("/new");
});

it("gives clear errors to programs that send nonsense, and changes nothing", async () => {
  const submit = (input: unknown) => post("/api/mutation", { path: "requests:submit", args: [input], format: "json" });
  expect(await submit({ playbook: "unknown" })).toMatchObject({ status: "error", errorMessage: expect.stringContaining("ArgumentValidationError") });
  expect(await submit({ playbook: "unknown", input: { from: "a@example.com", subject: "s", message: "m" }, submissionKey: "k" })).toMatchObject({
    status: "error",
    errorData: { code: "notSignedIn" },
  });
  expect(await post("/api/mutation", { path: "desk:enableDemo", args: [{}], format: "json" })).toMatchObject({
    status: "error",
    errorMessage: expect.stringContaining("Could not find public function"),
  });
});

it("does not let a website drive the desk on this machine", async () => {
  const api = `http://127.0.0.1:${desk.port + 1}`;
  const fromWebsite = await fetch(`${api}/api/query`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: "https://evil.example" },
    body: JSON.stringify({ path: "people:demo", args: [{}], format: "json" }),
  });
  expect(fromWebsite.status).toBe(403);
  const socket = new WebSocket(`${api.replace("http", "ws")}/api/1.48.0/sync`, { origin: "https://evil.example" });
  const refused = await new Promise<string>((done) => {
    socket.once("error", (error) => done(error.message));
    socket.once("open", () => done("opened"));
  });
  expect(refused).toContain("403");
  const page = await fetch(desk.url, { headers: { "Sec-Fetch-Mode": "navigate" } });
  expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
});

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${desk.port + 1}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return await response.json();
}
