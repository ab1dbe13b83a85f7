import AxeBuilder from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import type { Desk } from "./desk.ts";
import { decideWith, decision, goTo, inboxRow, openTask, signIn, submitSample } from "./people.ts";
import { inLong } from "./in-long.ts";
import { startPrepared } from "./prepared.ts";

let desk: Desk;
let browser: Browser;
let maya: Visitor; // asks
let priya: Visitor; // decides

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

/** Opens New request and chooses a playbook. */
async function choose(playbook: string): Promise<void> {
  await goTo(maya.page, "New request");
  await maya.page.getByRole("navigation", { name: "Playbooks" }).getByRole("link", { name: playbook }).click();
}

inLong("offers three playbooks, each with what it does and samples of its own; the address keeps the choice", async () => {
  await goTo(maya.page, "New request");
  const links = maya.page.getByRole("navigation", { name: "Playbooks" }).getByRole("link");
  await links.first().waitFor();
  expect(await links.count()).toBe(3);
  await choose("Public announcement");
  await maya.page.getByLabel("Facts", { exact: true }).waitFor();
  expect(new URL(maya.page.url()).searchParams.get("playbook")).toBe("announcement");
  await maya.page.reload();
  await maya.page.getByLabel("Facts", { exact: true }).waitFor();
  await maya.page.getByRole("button", { name: "Submit sample: Press release: recall of valve boxes" }).waitFor();
});

it("a refund is shown as a slip, approved, and stands in the outbox as what it is", async () => {
  await choose("Refund");
  await maya.page.getByRole("button", { name: "Submit sample: Two sensors that do not work" }).click();
  await openTask(priya.page, "Two sensors that do not work");
  const draft = priya.page.getByLabel("Draft 1", { exact: true });
  for (const text of ["$89.00", "FH-20517", "Defect", "To the original payment"]) {
    await draft.getByText(text, { exact: true }).first().waitFor();
  }
  await decision(priya.page).getByRole("button", { name: "Approve" }).click();
  await maya.page.getByText("Done: performed exactly as approved").waitFor();
  await goTo(maya.page, "Outbox");
  await maya.page.getByRole("link", { name: /Refund of \$89\.00 for order FH-20517/ }).click();
  await maya.page.getByLabel("Message").getByText("Owen Fraser <owen.fraser@example.com>").first().waitFor();
});

it("an agent's question is answered, and only the draft that uses the answer can be approved", async () => {
  const subject = "It stopped working, money back please";
  await choose("Refund");
  await submitSampleHere(subject);
  await inboxRow(priya.page, subject).filter({ hasText: "Question" }).waitFor();
  await openTask(priya.page, subject, "Answer");
  await priya.page.getByLabel("Question 1", { exact: true }).getByText(/^Which order is the refund for\?/).waitFor();
  for (const name of ["Approve", "Edit", "Request changes"]) {
    expect(await decision(priya.page).getByRole("button", { name }).count()).toBe(0);
  }
  await priya.page.keyboard.press("c");
  await decision(priya.page).getByRole("button", { name: "Back" }).click();
  await decideWith(priya.page, "Answer", "It is FH-20556.");
  const draft = maya.page.getByLabel("Draft 2", { exact: true });
  await draft.getByText("$72.00", { exact: true }).first().waitFor();
  await draft.getByText("It is FH-20556.", { exact: true }).waitFor();
  await maya.page.getByLabel("History of this request").getByText("answered question 1: It is FH-20556.").waitFor();
  await openTask(priya.page, subject);
  await decision(priya.page).getByRole("button", { name: "Approve" }).click();
  await maya.page.getByText("Done: performed exactly as approved").waitFor();
});

inLong("a refund of somebody else's order is not drafted, and the reason says what to do", async () => {
  await choose("Refund");
  await maya.page.getByLabel("From", { exact: true }).fill("Nora Lind <nora.lind@example.com>");
  await maya.page.getByLabel("Subject", { exact: true }).fill("My refund");
  await maya.page.getByLabel("Message", { exact: true }).fill("Refund order FH-20540 to me.");
  await maya.page.getByRole("button", { name: "Submit request" }).click();
  await maya.page.getByText(/no order of the sender fits/).first().waitFor();
});

inLong("an announcement is shown as its readers get it, and nothing of a customer is in it", async () => {
  await choose("Public announcement");
  await submitSampleHere("What happened on Tuesday: sensors offline for six hours");
  const draft = maya.page.getByLabel("Draft 1", { exact: true });
  await draft.getByRole("heading", { name: "What happened on Tuesday" }).waitFor();
  await draft.getByText("Website", { exact: true }).waitFor();
  expect(await draft.textContent()).not.toMatch(/Kraus|FH-20540/);
  const { violations } = await new AxeBuilder({ page: maya.page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
});

inLong("the first playbook is chosen where the address names none", async () => {
  await submitSample(maya.page, "Just wanted to say thanks");
  await maya.page.getByLabel("Draft 1", { exact: true }).getByText("gordon.pryce@example.com").first().waitFor();
});

it("leaves no error in anybody's console", () => {
  expect([...maya.problems, ...priya.problems]).toEqual([]);
});

async function submitSampleHere(subject: string): Promise<void> {
  await maya.page.getByRole("button", { name: `Submit sample: ${subject}` }).click();
}
