// What decides besides a plain approval, as people do it in their browsers: undo, an edit that somebody else approves, a
// draft that changed under somebody's hands, delegation, and two stages.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import type { Desk } from "./desk.ts";
import { holdable, type Hold } from "./hold.ts";
import {
  approve,
  conflictDialog,
  decision,
  inboxRow,
  moreWays,
  openTask,
  signIn,
  submitForm,
  submitSample,
} from "./people.ts";
import { inLong } from "./in-long.ts";
import { startPrepared } from "./prepared.ts";

let desk: Desk;
let browser: Browser;
let maya: Visitor; // asks
let priya: Visitor; // a reviewer
let tom: Visitor; // another
let david: Visitor; // a manager, in finance
let hold: Hold; // of what the desk tells Tom

beforeAll(async () => {
  desk = await startPrepared({
    env: { UNDO_WINDOW_MS: "4000" },
  });
  browser = await launchBrowser();
  const names = ["Maya Okafor", "Priya Raman", "Tom Hallberg", "David Chen"];
  [maya, priya, tom, david] = (await Promise.all(
    names.map(async (name) => {
      const visitor = await visit(browser, desk.url);
      if (name.startsWith("Tom")) hold = await holdable(visitor.page);
      await signIn(visitor.page, name);
      return visitor;
    }),
  )) as [Visitor, Visitor, Visitor, Visitor];
});
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

it("undoes a decision inside its window: the task waits again with the deadline it had", async () => {
  await submitForm(maya.page, { subject: "Take it back", message: "Do you sell gift cards?" });
  await openTask(priya.page, "Take it back");
  const deadline = () => decision(priya.page).locator("time[datetime]").first().getAttribute("datetime");
  const before = await deadline();
  await approve(priya.page);
  await decision(priya.page).getByText("You approved draft 1.").waitFor();
  await decision(maya.page).getByText("Priya Raman approved draft 1.").waitFor();
  await inboxRow(priya.page, "Take it back").waitFor({ state: "detached" });

  await priya.page.keyboard.press("z");
  await decision(priya.page).getByRole("button", { name: "Approve" }).waitFor();
  await inboxRow(priya.page, "Take it back").waitFor();
  expect(await deadline()).toBe(before);
  await priya.page.getByLabel("History of this request").getByText("took the decision on draft 1 back").waitFor();
  expect(await maya.page.getByRole("link", { name: "Open the message" }).count()).toBe(0);
});

it("passes an edit on to somebody else, and shows who read the old draft what changed", async () => {
  await openTask(tom.page, "Take it back");
  await decision(tom.page).getByRole("button", { name: "Reject" }).click();
  await decision(tom.page).getByRole("textbox").fill("It does not name the price.");
  hold.begin();

  await priya.page.keyboard.press("e");
  const editor = priya.page.getByRole("dialog", { name: "Edit draft 1" });
  await editor.getByLabel("Message").fill("Dear Nora,\n\ngift cards cost $25.\n\nFernhill customer care");
  await editor.getByRole("button", { name: "Edit and pass on" }).click();
  await decision(priya.page).getByText("You edited this draft, so somebody else must approve it.").waitFor();
  expect(await decision(priya.page).getByRole("button", { name: "Approve" }).isDisabled()).toBe(true);

  // Tom still has the old draft before his eyes when he rejects.
  await decision(tom.page).locator("form").getByRole("button", { name: "Reject" }).click();
  hold.release();
  const conflict = conflictDialog(tom.page);
  await conflict.getByText("Your decision was not taken.").waitFor();
  await conflict.getByLabel("What changed").getByText("$25").waitFor();
  await conflict.getByLabel("What you wrote").getByText("It does not name the price.").waitFor();
  await conflict.getByRole("button", { name: "Decide on draft 2" }).click();
  expect(await decision(tom.page).getByRole("textbox").inputValue()).toBe("It does not name the price.");
  await decision(tom.page).getByRole("button", { name: "Back" }).click();
  await approve(tom.page);

  await maya.page.getByText("Done: performed exactly as approved").waitFor();
  await maya.page.getByLabel("Draft 2").getByText("gift cards cost $25.").waitFor();
});

it("asks whom a task was delegated to, and no more who delegated it", async () => {
  await submitForm(maya.page, { subject: "For somebody else", message: "Can I visit your greenhouse?" });
  await openTask(priya.page, "For somebody else");
  expect(await inboxRow(david.page, "For somebody else").count()).toBe(0);
  await moreWays(priya.page, /^Delegate/);
  await decision(priya.page)
    .getByLabel("Who decides in your place?")
    .selectOption({ label: "David Chen · Compliance manager (Manager)" });
  await decision(priya.page).getByRole("button", { name: "Delegate" }).click();
  await decision(priya.page).getByText("Somebody else decides this in your place.").waitFor();
  await openTask(david.page, "For somebody else");
  await approve(david.page);
  await decision(david.page).getByText("You approved draft 1.").waitFor();
});

inLong("asks the second stage of a large refund once the first has approved", async () => {
  const subject = "Fernhill Business paid twice";
  await submitSample(maya.page, `${subject}: $640.00`, "Refund");
  await openTask(priya.page, subject);
  await approve(priya.page);
  const stages = maya.page.getByRole("region", { name: "Stages" }).getByRole("listitem");
  await stages.filter({ hasText: "Approved by Priya Raman" }).waitFor();
  await openTask(david.page, subject);
  await approve(david.page);
  await maya.page.getByText("Done: performed exactly as approved").waitFor();
});

inLong("holds back what is approved while the brake is on, and lets an admin take the approval back", async () => {
  const samira = await visit(browser, desk.url);
  await signIn(samira.page, "Samira Nasser");
  await samira.page.getByRole("button", { name: "Brake" }).click();
  const brake = samira.page.getByRole("dialog", { name: "Brake" });
  await brake.getByRole("button", { name: "Stop… Customer reply" }).click();
  await brake.getByRole("textbox").fill("The letters have the wrong name below them.");
  await brake.getByRole("button", { name: "Stop now" }).click();
  await maya.page.getByText("“Customer reply” is stopped:").waitFor();

  const path = await submitForm(maya.page, { subject: "Held back", message: "When do you open on Sundays?" });
  await openTask(priya.page, "Held back");
  await approve(priya.page);
  await maya.page.getByText("Approved, and held back by the brake").waitFor();
  await samira.page.goto(desk.url + path);
  await samira.page.getByRole("button", { name: "Revoke approval" }).click();
  const revoke = samira.page.getByRole("dialog", { name: "Revoke this approval?" });
  await revoke.getByRole("textbox").fill("We are closed for a wedding.");
  await revoke.getByRole("button", { name: "Revoke approval" }).click();
  await maya.page.getByText("Samira Nasser revoked the approval").first().waitFor();

  await samira.page.getByRole("button", { name: "Brake" }).first().click();
  await brake.getByRole("button", { name: "Let it go on… Customer reply" }).click();
  await brake.getByRole("button", { name: "Let it go on", exact: true }).click();
  await maya.page.getByText("“Customer reply” is stopped:").waitFor({ state: "detached" });
  expect(samira.problems).toEqual([]);
  await samira.close();
});

it("leaves no error in anybody's console but the conflict, which the client prints", () => {
  expect([maya, priya, david].flatMap(({ problems }) => problems)).toEqual([]);
  expect(tom.problems).toEqual([expect.stringContaining("staleDraft")]);
});
