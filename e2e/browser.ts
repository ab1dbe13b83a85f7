import { chromium as playwright, type Browser, type BrowserContext, type Page } from "playwright-core";
import { chromium } from "../scripts/chromium.ts";

/** Launches the Chromium that npm brought along, without its window. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, args, env } = await chromium();
  return await playwright.launch({ executablePath, args, env: { ...definedEnv(), ...env } });
}

/** A person's own browser: nothing shared with the others, and every error its pages print or throw is kept. */
export interface Visitor {
  page: Page;
  context: BrowserContext;
  /** Uncaught errors and console errors so far; a test that expects none asserts that this is empty. */
  problems: string[];
  close(): Promise<void>;
}

export async function visit(browser: Browser, url: string, size = { width: 1440, height: 900 }): Promise<Visitor> {
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(url);
  return { page, context, problems, close: () => context.close() };
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
