import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import type { Desk } from "./desk.ts";
import { approve, decision, goTo, openTask, signIn, submitSample } from "./people.ts";
import { startPrepared } from "./prepared.ts";

let desk: Desk;
let browser: Browser;
let helen: Visitor;
const SUBJECT = "Charged twice for Fernhill Plus";

beforeAll(async () => {
  desk = await startPrepared();
  browser = await launchBrowser();
  const maya = await visit(browser, desk.url);
  await signIn(maya.page, "Maya Okafor");
  await submitSample(maya.page, SUBJECT);
  const priya = await visit(browser, desk.url);
  await signIn(priya.page, "Priya Raman");
  await openTask(priya.page, SUBJECT);
  await approve(priya.page);
  await decision(priya.page).getByText(/Priya Raman|You approved/).first().waitFor();
  await maya.page.getByText("Done: performed exactly").waitFor();
  await Promise.all([maya.close(), priya.close()]);
  helen = await visit(browser, desk.url);
  // Chromium would ask for a place on the disk; without that it downloads as other browsers do.
  await helen.page.addInitScript(() => Reflect.deleteProperty(window, "showSaveFilePicker"));
  await helen.page.reload();
  await signIn(helen.page, "Helen Marsh");
});
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

it("a manager finds a request by its words, keeps the filter as a view, and opens it again", async () => {
  const { page } = helen;
  await goTo(page, "History");
  await page.getByRole("link", { name: "Requests", exact: true }).click();
  await page.getByRole("searchbox", { name: "Search the history" }).fill("fernhill");
  await page.getByRole("button", { name: "Filters" }).click();
  await page.getByLabel("Outcome").selectOption({ label: "Completed" });
  await page.waitForURL(/text=fernhill.*outcome=completed|outcome=completed.*text=fernhill/);
  await page.getByRole("button", { name: "Save view" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Fernhill, done");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.getByRole("link", { name: "Clear" }).click();
  await page.waitForURL((url) => !url.search.includes("outcome"));
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("dialog").getByRole("link", { name: /Fernhill, done/ }).click();
  await page.getByLabel("Requests", { exact: true }).getByRole("link", { name: SUBJECT, exact: true }).waitFor();
  // What a view asks for is seen, although the filters were closed.
  await page.getByLabel("Outcome").waitFor();
  expect(await page.getByLabel("Outcome").inputValue()).toBe("completed");
});

it("the replay says who approved it, what the draft said then, and that its digest is the one of the history", async () => {
  const { page } = helen;
  await page.getByRole("link", { name: `Replay ${SUBJECT}` }).click();
  await page.getByRole("button", { name: /Priya Raman approved draft 1/ }).click();
  const step = page.getByLabel("This step");
  await step.getByText("approved draft 1").waitFor();
  await page.getByText("your browser has computed it").waitFor();
  await page.keyboard.press("k");
  await step.getByText("asked for a decision on draft 1 (Review)").waitFor();
  await page.getByText("Review: open").waitFor();
  await page.keyboard.press("Home");
  await page.getByText("There was no draft yet").waitFor();
});

it("the events are exported as a file, and that is an event", async () => {
  const { page } = helen;
  await goTo(page, "History");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export as CSV" }).click()]);
  expect(file.suggestedFilename()).toMatch(/^countersign-events-\d{4}-\d\d-\d\d\.csv$/);
  const csv = readFileSync(await file.path(), "utf8");
  expect(csv).toMatch(/^at,actor,actor_kind,kind,text,/);
  expect(csv).toMatch(/,Priya Raman,person,voted,approved draft 1,/);
  await page.getByLabel("Audit events").getByText(/^exported \d+ rows in 1 part as CSV: all events$/).waitFor();
  expect(helen.problems).toEqual([]);
});
