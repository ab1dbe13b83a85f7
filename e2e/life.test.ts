import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import type { Desk } from "./desk.ts";
import { decideWith, decision, goTo, inboxRow, openTask, signIn, submitForm, submitSample } from "./people.ts";
import { startPrepared } from "./prepared.ts";

let desk: Desk;
let browser: Browser;
let maya: Visitor; // asks
let priya: Visitor; // decides
/** Submitted early: its deadline passes while the other tests run. */
let expiring = "";

beforeAll(async () => {
  // Words that take time, so that a draft is seen growing.
  desk = await startPrepared({ env: { TEMPLATE_DELAY_MS: "20" } });
  browser = await launchBrowser();
  [maya, priya] = await Promise.all([visit(browser, desk.url), visit(browser, desk.url)]);
  await signIn(maya.page, "Maya Okafor");
  await signIn(priya.page, "Priya Raman");
});

afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

it("drafts live, reaches the reviewer without a reload, and performs what was approved", async () => {
  await priya.page.getByText("Nothing waits for a decision").waitFor();
  expiring = await submitForm(maya.page, { subject: "Quick one", message: "Do you ship to Norway?", within: "30 seconds" });
  await submitSample(maya.page, "Charged twice for Fernhill Plus");

  // Followed in the page itself, frame by frame: how long the draft being written was each time it changed.
  const lengths = await maya.page.evaluate(
    () =>
      new Promise<number[]>((done) => {
        const seen: number[] = [];
        const look = (): void => {
          const card = document.querySelector('[aria-label="Draft 1, being written"]');
          const length = card?.textContent?.length ?? 0;
          if (length > 0 && length !== seen.at(-1)) seen.push(length);
          if (card === null && seen.length > 0) done(seen);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  expect(lengths.length).toBeGreaterThan(2);

  await inboxRow(priya.page, "Charged twice for Fernhill Plus").waitFor();
  await openTask(priya.page, "Charged twice for Fernhill Plus");
  await decision(priya.page).getByRole("button", { name: "Approve" }).click();
  await decision(priya.page).getByText("by Priya Raman").waitFor();

  await maya.page.getByText("Done: performed exactly as approved").waitFor();
  await maya.page.getByRole("link", { name: "Open the message" }).click();
  await maya.page.getByRole("heading", { name: "Performed message" }).waitFor();
  await maya.page.getByLabel("Message").getByText("dana.whitfield@example.com").first().waitFor();
});

it("rejects with a reason that the requester reads, and performs nothing", async () => {
  await submitForm(maya.page, { subject: "Where is my refund?", message: "I was promised a refund for order FH-20418 last week. Where is it?" });
  await openTask(priya.page, "Where is my refund?");

  await decision(priya.page).getByRole("button", { name: "Reject" }).click();
  await decision(priya.page).locator("form").getByRole("button", { name: "Reject" }).click();
  await decision(priya.page).getByText("a rejection without one cannot be sent").waitFor();
  await decision(priya.page).getByRole("textbox").fill("We already refunded this order.");
  await decision(priya.page).locator("form").getByRole("button", { name: "Reject" }).click();

  await maya.page.getByText("Priya Raman rejected this").waitFor();
  await maya.page.getByText("We already refunded this order.").first().waitFor();
  expect(await maya.page.getByRole("link", { name: "Open the message" }).count()).toBe(0);
});

it("drafts again with the reviewer's feedback", async () => {
  await submitForm(maya.page, { subject: "Leaves turn yellow", message: "The sensor says all is fine but my basil's leaves turn yellow. What now?" });
  await openTask(priya.page, "Leaves turn yellow");
  await decideWith(priya.page, "Request changes", "Please mention that she can reply to this message with a photo.");

  await maya.page.getByText("Priya Raman asked for changes").first().waitFor();
  await inboxRow(priya.page, "Leaves turn yellow").filter({ hasText: "Draft 2" }).waitFor();
  await openTask(priya.page, "Leaves turn yellow");
  await priya.page.getByRole("main").getByText(/photo/).first().waitFor();
  await decision(priya.page).getByRole("button", { name: "Approve" }).click();
  await maya.page.getByText("Done: performed exactly as approved").waitFor();
});

it("rejects by the deadline what nobody decides", async () => {
  await maya.page.goto(desk.url + expiring);
  await maya.page.getByText("Expired: nobody decided in time").waitFor({ timeout: 60_000 });
  await inboxRow(priya.page, "Quick one").waitFor({ state: "detached" });
});

it("shows managers everything that happened", async () => {
  const helen = await visit(browser, desk.url);
  await signIn(helen.page, "Helen Marsh");
  await goTo(helen.page, "History");
  const history = helen.page.getByLabel("Audit events");
  await history.getByText("Priya Raman").first().waitFor();
  await history.getByRole("link", { name: "Quick one" }).first().waitFor();
  await helen.close();
});

it("leaves no error in anybody's console", () => {
  expect([...maya.problems, ...priya.problems]).toEqual([]);
});
