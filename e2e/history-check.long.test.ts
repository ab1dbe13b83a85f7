// A manager asks a request's page whether anything was altered since, and gets the browser's own answer.

import { join } from "node:path";
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { convexCli } from "../scripts/start/convex-cli.ts";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import type { Desk } from "./desk.ts";
import { approve, openTask, signIn, submitForm } from "./people.ts";
import { startPrepared } from "./prepared.ts";

let desk: Desk;
let browser: Browser;
let maya: Visitor;
let priya: Visitor;
let helen: Visitor;

beforeAll(async () => {
  desk = await startPrepared();
  browser = await launchBrowser();
  [maya, priya, helen] = await Promise.all([visit(browser, desk.url), visit(browser, desk.url), visit(browser, desk.url)]);
  await Promise.all([signIn(maya.page, "Maya Okafor"), signIn(priya.page, "Priya Raman"), signIn(helen.page, "Helen Marsh")]);
});
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

/** Runs a function of the desk as whoever has its admin key. */
async function run(name: string): Promise<string> {
  const adminKey = readFileSync(join(desk.dataDir, "admin-key"), "utf8").trim();
  return await convexCli(join(import.meta.dirname, ".."), { url: `http://127.0.0.1:${desk.port + 1}`, adminKey }, ["run", name]);
}

it("says up to which checkpoint a request's history is unaltered, and nothing to who does not audit it", async () => {
  await submitForm(maya.page, { subject: "Is it sealed", message: "Please register my sensor M2-778." });
  await openTask(priya.page, "Is it sealed");
  await approve(priya.page);
  await maya.page.getByText("Done: performed exactly as approved").waitFor({ timeout: 60_000 });
  await helen.page.goto(desk.url + new URL(maya.page.url()).pathname);
  const card = helen.page.getByRole("region", { name: "Was anything altered?" });
  await card.getByText(/newer than the last checkpoint|unaltered up to checkpoint/).first().waitFor();
  // Events are taken two seconds after they happened.
  await helen.page.waitForTimeout(2_100);
  await run("checkpoints:catchUp");
  await card.getByText(/^The history of this request is unaltered up to checkpoint \d+ of /).waitFor();
  expect(await card.getByText("newer than the last checkpoint").count()).toBe(0);
  expect(await maya.page.getByText("Was anything altered?").count()).toBe(0);
  expect([...maya.problems, ...priya.problems, ...helen.problems]).toEqual([]);
  const pictures = process.env["SCREENSHOTS"];
  if (pictures !== undefined) {
    await card.scrollIntoViewIfNeeded();
    await helen.page.screenshot({ path: join(pictures, "history-check-desktop-light.png"), fullPage: true });
    await helen.page.setViewportSize({ width: 390, height: 844 });
    await helen.page.emulateMedia({ colorScheme: "dark" });
    await card.screenshot({ path: join(pictures, "history-check-phone-dark.png") });
  }
});
