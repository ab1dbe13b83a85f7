import type { Locator, Page } from "playwright-core";

/** Signs in as one of the demo people on the page that asks who one would like to be. */
export async function signIn(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^${name},`) }).click();
  await page.getByRole("navigation", { name: "Main" }).first().waitFor();
}

/** What a requester types into the form for a message that is in none of the samples. */
export interface Message {
  from?: string;
  subject: string;
  message: string;
  /** A choice of the "needs a decision within" list, by its words. */
  within?: string;
}

/** Fills in and submits the form of New request; resolves on the request's page with its path. */
export async function submitForm(page: Page, { from = "Nora Lind <nora.lind@example.com>", subject, message, within }: Message): Promise<string> {
  await goTo(page, "New request");
  await page.getByLabel("From", { exact: true }).fill(from);
  await page.getByLabel("Subject", { exact: true }).fill(subject);
  await page.getByLabel("Message", { exact: true }).fill(message);
  if (within !== undefined) await page.getByLabel("Needs a decision within").selectOption({ label: within });
  await page.locator("form").getByRole("button", { name: /^Submit/ }).click();
  return await onRequestPage(page, subject);
}

/** Submits one of a playbook's samples with one click; resolves on the request's page with its path. */
export async function submitSample(page: Page, subject: string, playbook?: string): Promise<string> {
  await goTo(page, "New request");
  if (playbook !== undefined) await page.getByRole("navigation", { name: "Playbooks" }).getByText(playbook, { exact: true }).click();
  await page.getByRole("button", { name: `Submit sample: ${subject}` }).click();
  return await onRequestPage(page, subject);
}

async function onRequestPage(page: Page, subject: string): Promise<string> {
  await page.waitForURL(/\/requests\/[^/]+$/);
  await page.getByRole("heading", { level: 1, name: subject }).waitFor();
  return new URL(page.url()).pathname;
}

/** Opens a screen by its name in the main navigation. */
export async function goTo(page: Page, screen: string): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).first().getByRole("link", { name: screen }).click();
}

/** The line of the inbox for a request, by its subject. */
export function inboxRow(page: Page, subject: string): Locator {
  return page.getByRole("list", { name: "Open tasks" }).getByRole("link").filter({ hasText: subject });
}

/** Opens a task from the inbox and waits until it can be decided, or answered where it is a question. */
export async function openTask(page: Page, subject: string, button: "Approve" | "Answer" = "Approve"): Promise<void> {
  await inboxRow(page, subject).click();
  await decision(page).getByRole("button", { name: button }).waitFor();
}

/** The bar at the foot of the screen where decisions are made and shown. */
export function decision(page: Page): Locator {
  return page.getByRole("region", { name: "Decision" });
}

/** What says that somebody or something was faster. */
export function conflictDialog(page: Page): Locator {
  return page.getByRole("dialog", { name: /was first|has changed|was withdrawn|was canceled/ });
}

/** Approves the task that is open. */
export async function approve(page: Page): Promise<void> {
  await decision(page).getByRole("button", { name: "Approve" }).click();
}

/** Chooses one of the further ways to decide by its name. */
export async function moreWays(page: Page, name: RegExp): Promise<void> {
  await decision(page).getByRole("button", { name: "More ways to decide" }).click();
  await page.getByRole("menuitem", { name }).click();
}

/** Sends a decision that carries words. */
export async function decideWith(page: Page, verdict: "Reject" | "Request changes" | "Answer", words: string): Promise<void> {
  await decision(page).getByRole("button", { name: verdict }).click();
  await decision(page).getByRole("textbox").fill(words);
  await decision(page).locator("form").getByRole("button", { name: verdict }).click();
}
