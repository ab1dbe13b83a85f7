import { mkdirSync } from "node:fs";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { launchBrowser } from "./browser.ts";
import { copyOf, startDesk, type Desk } from "./desk.ts";
import { approve, decideWith, decision, goTo, inboxRow, openTask, signIn, submitSample } from "./people.ts";

/** `SCREENSHOTS=dir npm run test:e2e -- e2e/look.test.ts` also takes a picture of every screen. */
const pictures = process.env["SCREENSHOTS"];
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };

let desk: Desk;
let browser: Browser;
/** Paths of pages that only exist once work was done. */
const paths = { completed: "", rejected: "", waiting: "", message: "", task: "", second: "", question: "", person: "" };

beforeAll(async () => {
  desk = await startDesk({ dataDir: copyOf(inject("preparedDataDir")) });
  browser = await launchBrowser();
  const [maya, priya] = await Promise.all([person("Maya Okafor"), person("Priya Raman")]);
  paths.completed = await submitSample(maya, "Charged twice for Fernhill Plus");
  await openTask(priya, "Charged twice for Fernhill Plus");
  await decideWith(priya, "Request changes", "Please apologise first.");
  await inboxRow(priya, "Charged twice").filter({ hasText: "Draft 2" }).click();
  await decision(priya).getByRole("button", { name: "Approve" }).click();
  await maya.getByRole("link", { name: "Open the message" }).click();
  await maya.getByRole("heading", { name: "Performed message" }).waitFor();
  paths.message = new URL(maya.url()).pathname;

  const subjects = await sampleSubjects(maya);
  paths.rejected = await submitSample(maya, subjects[1] ?? "");
  await openTask(priya, subjects[1] ?? "");
  await decideWith(priya, "Reject", "We answered this last week.");
  const refund = "Fernhill Business paid twice: $640.00";
  paths.second = await submitSample(maya, refund, "Refund");
  await openTask(priya, refund);
  await approve(priya);
  paths.question = await submitSample(maya, "It stopped working, money back please", "Refund");
  for (const subject of subjects.slice(2, 6)) paths.waiting = await submitSample(maya, subject);
  await inboxRow(priya, subjects[5] ?? "").click();
  await decision(priya).getByRole("button", { name: "Approve" }).waitFor();
  paths.task = new URL(priya.url()).pathname;
  const samira = await person("Samira Nasser");
  await goTo(samira, "People");
  await samira.getByRole("link", { name: /^Priya Raman/ }).click();
  await samira.getByRole("heading", { name: "Priya Raman" }).waitFor();
  paths.person = new URL(samira.url()).pathname;
});
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

async function person(name: string, size: keyof typeof sizes = "desktop", colorScheme: "light" | "dark" = "light"): Promise<Page> {
  const context = await browser.newContext({ viewport: sizes[size], colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(desk.url);
  if (name !== "") await signIn(page, name);
  return page;
}

async function sampleSubjects(page: Page): Promise<string[]> {
  await page.goto(`${desk.url}/new`);
  const samples = page.getByRole("button", { name: /^Submit sample: / });
  await samples.first().waitFor();
  const labels = await samples.evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label") ?? ""));
  return labels.map((label) => label.replace("Submit sample: ", ""));
}

const screens: { name: string; who: string; path: () => string; ready: (page: Page) => Promise<unknown> }[] = [
  { name: "sign-in", who: "", path: () => "/sign-in", ready: (page) => page.getByRole("button", { name: /^Maya Okafor/ }).waitFor() },
  { name: "inbox", who: "Priya Raman", path: () => "/inbox", ready: (page) => page.getByRole("list", { name: "Open tasks" }).waitFor() },
  { name: "task", who: "Priya Raman", path: () => paths.task, ready: (page) => decision(page).getByRole("button", { name: "Approve" }).waitFor() },
  { name: "task-edit", who: "Priya Raman", path: () => paths.task, ready: editing },
  { name: "question", who: "Priya Raman", path: () => paths.question, ready: (page) => decision(page).getByRole("button", { name: "Answer" }).waitFor() },
  { name: "question-answer", who: "Priya Raman", path: () => paths.question, ready: answering },
  { name: "second-stage", who: "Helen Marsh", path: () => paths.second, ready: (page) => page.getByText("Approved by Priya Raman").waitFor() },
  { name: "out-of-office", who: "Priya Raman", path: () => "/inbox?for=all", ready: leaving },
  { name: "new-request", who: "Maya Okafor", path: () => "/new", ready: (page) => page.getByLabel("Subject", { exact: true }).waitFor() },
  { name: "my-requests", who: "Maya Okafor", path: () => "/requests", ready: (page) => page.getByText("Charged twice").first().waitFor() },
  { name: "request-completed", who: "Maya Okafor", path: () => paths.completed, ready: (page) => page.getByText("Done: performed exactly").waitFor() },
  { name: "request-rejected", who: "Maya Okafor", path: () => paths.rejected, ready: (page) => page.getByText("Priya Raman rejected this").waitFor() },
  { name: "outbox", who: "Maya Okafor", path: () => "/outbox", ready: (page) => page.getByText("Re: Charged twice").first().waitFor() },
  { name: "message", who: "Maya Okafor", path: () => paths.message, ready: (page) => page.getByText("Idempotency key").waitFor() },
  { name: "policies", who: "Helen Marsh", path: () => "/policies", ready: (page) => page.getByText("Groups and their members").waitFor() },
  { name: "people", who: "Helen Marsh", path: () => "/people", ready: (page) => page.getByText("Aiko Mori, David Chen").waitFor() },
  { name: "person", who: "Samira Nasser", path: () => paths.person, ready: (page) => page.getByRole("list", { name: "Sessions" }).waitFor() },
  { name: "policy", who: "Helen Marsh", path: () => "/policies/refund", ready: (page) => page.getByText("When the amount is less than $50.00").waitFor() },
  { name: "policy-editor", who: "Samira Nasser", path: () => "/policies/announcement?edit=true", ready: (page) => page.getByText("This policy can be followed.").waitFor() },
  { name: "account", who: "Maya Okafor", path: () => "/account", ready: (page) => page.getByText("This one").waitFor() },
  { name: "history", who: "Helen Marsh", path: () => "/history", ready: (page) => page.getByLabel("Audit events").getByRole("listitem").first().waitFor() },
  { name: "history-requests", who: "Helen Marsh", path: () => "/history?of=requests&outcome=completed&text=card", ready: (page) => page.getByLabel("Outcome").waitFor() },
  { name: "replay", who: "Helen Marsh", path: () => `${paths.completed}/replay`, ready: (page) => page.getByText("your browser has computed it").waitFor() },
];

async function editing(page: Page): Promise<void> {
  await decision(page).getByRole("button", { name: "Approve" }).waitFor();
  await page.keyboard.press("e");
  await page.getByRole("dialog", { name: /^Edit draft/ }).waitFor();
}

async function answering(page: Page): Promise<void> {
  await decision(page).getByRole("button", { name: "Answer" }).click();
  await decision(page).getByRole("textbox", { name: "Your answer" }).waitFor();
}

async function leaving(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Priya Raman,/ }).click();
  await page.getByRole("menuitem", { name: "Out of office" }).click();
  await page.getByRole("dialog", { name: "Out of office" }).getByLabel("Until").waitFor();
}

/**
 * Each screen at one size in one theme, in turns; at both sizes in both themes where pictures are taken, and in the long
 * trials.
 */
const pairs = [["phone", "dark"], ["desktop", "light"]] as const;
const others = [["phone", "light"], ["desktop", "dark"]] as const;
const isWhole = pictures !== undefined || process.env["LOOK"] === "all";

describe.each([...pairs, ...(isWhole ? others : [])])("%s, %s", (size, scheme) => {
  const isTurn = (_: unknown, index: number) => isWhole || (index % 2 === 0) === (size === "phone");
  const pages = new Map<string, Page>();
  afterAll(async () => {
    await Promise.all([...pages.values()].map((page) => page.context().close()));
  });

  it.each(screens.filter(isTurn))("$name: nothing overflows, and axe finds nothing", async ({ name, who, path, ready }) => {
    const page = pages.get(who) ?? (await person(who, size, scheme));
    pages.set(who, page);
    await page.goto(desk.url + path());
    await ready(page);
    if (pictures !== undefined) {
      mkdirSync(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${name}-${size}-${scheme}.png`) });
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    // Names and roles are the same in all four; contrast differs by theme: the two pairs are enough for axe.
    if (!pairs.some(([atSize, inScheme]) => atSize === size && inScheme === scheme)) return;
    const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
  });
});
