import { readFileSync } from "node:fs";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import type { Desk } from "./desk.ts";
import { goTo, openTask, signIn, submitForm } from "./people.ts";
import { startPrepared } from "./prepared.ts";

/** Signs that addresses, headers and lists of files would each read in their own way. */
const INVOICE = "Rechnung – 2026 (1).pdf";
const BYTES = Buffer.from("%PDF-1.7 \u0000\u00ff not a real one\n", "latin1");
const files = {
  invoice: { name: INVOICE, mimeType: "application/pdf", buffer: BYTES },
  photo: { name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(300_000, 7) },
  notes: { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("Called on Monday.") },
  empty: { name: "empty.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
};

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

it("keeps the chosen files over a reload, and refuses an empty one with a sentence", async () => {
  const { page } = maya;
  await goTo(page, "New request");
  await page.getByLabel("Attach files").setInputFiles([files.invoice, files.photo]);
  await chosen().filter({ hasText: INVOICE }).getByText("Attached").waitFor();
  await page.getByRole("button", { name: "Remove photo.jpg" }).click();
  await page.getByLabel("Attach files").setInputFiles([files.empty, files.notes]);
  await page.getByText("The file is empty, so it was not attached.").waitFor();
  await chosen().filter({ hasText: "notes.txt" }).getByText("Attached").waitFor();

  await page.reload();
  await chosen().first().waitFor();
  expect(await chosen().allTextContents()).toEqual([
    expect.stringContaining(INVOICE),
    expect.stringContaining("empty.txt"),
    expect.stringContaining("notes.txt"),
  ]);
  await page.getByRole("button", { name: "Remove empty.txt" }).click();
});

it("gives the reviewer the bytes that were attached, and nobody without a token", async () => {
  await submitForm(maya.page, { subject: "Wrong invoice", message: "The invoice names the wrong plan. What now?" });
  await openTask(priya.page, "Wrong invoice");
  const listed = priya.page.getByRole("list", { name: "Files" }).getByRole("listitem");
  await listed.filter({ hasText: "notes.txt" }).waitFor();
  expect(await listed.count()).toBe(2);

  const asked = priya.page.waitForRequest(/\/requests\/attachment\?id=/);
  const saved = priya.page.waitForEvent("download");
  await priya.page.getByRole("button", { name: `Download ${INVOICE}` }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe(INVOICE);
  expect(readFileSync(await download.path()).equals(BYTES)).toBe(true);

  // What was submitted is no longer in the form.
  await goTo(maya.page, "New request");
  await maya.page.getByLabel("Attach files").waitFor();
  expect(await chosen().count()).toBe(0);

  expect([...maya.problems, ...priya.problems]).toEqual([]);
  // Last: a browser writes a refused request into its console.
  const url = (await asked).url();
  expect(await priya.page.evaluate(async (address) => (await fetch(address)).status, url)).toBe(401);
});

/** The lines of the form's files. */
function chosen(): Locator {
  return maya.page.getByRole("list", { name: "Chosen files" }).getByRole("listitem");
}
