import { mkdirSync } from "node:fs";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInAs } from "../bench/people.ts";
import { api } from "../convex/_generated/api.js";
import { launchBrowser } from "./browser.ts";
import { connectAs, decide, pageWhen, type RequestId, submit } from "./by-program.ts";
import type { Desk } from "./desk.ts";
import { decision, signIn } from "./people.ts";
import { startPrepared } from "./prepared.ts";

/** `SCREENSHOTS=dir npm run test:e2e -- e2e/look.test.ts` also takes a picture of every screen. */
const pictures = process.env["SCREENSHOTS"];
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };

/** Messages whose drafts wait in the inbox. */
const WAITING = [
  "Formal notice: misleading warranty terms, our ref. 24/1187",
  "Return of starter kit, order FH-20455",
  "Just wanted to say thanks",
  "App unusable with VoiceOver since the update",
];

let desk: Desk;
let browser: Browser;
/** Paths of pages that only exist once work was done. */
const paths = { completed: "", rejected: "", waiting: "", message: "", task: "", second: "", question: "", person: "" };

beforeAll(async () => {
  desk = await startPrepared();
  browser = await launchBrowser();
  const [maya, priya] = [await connectAs(desk, "requester"), await connectAs(desk, "reviewer")];
  const reply = (subject: string) => submit(maya, "customerReply", subject);
  const refund = (subject: string) => submit(maya, "refund", subject);
  const requestPath = (id: RequestId) => `/requests/${id}`;

  const completed = await reply("Charged twice for Fernhill Plus");
  const rejected = await reply("YOUR SENSOR KILLED MY PLANTS");
  const second = await refund("Fernhill Business paid twice: $640.00");
  const question = await refund("It stopped working, money back please");
  await decide(priya, completed, { kind: "requestChanges", feedback: "Please apologise first." });
  await decide(priya, rejected, { kind: "reject", reason: "We answered this last week." });
  await decide(priya, second, { kind: "approve" });
  const waiting = [];
  for (const subject of WAITING) waiting.push(await reply(subject));
  await decide(priya, completed, { kind: "approve" }, 2);
  const over = (id: RequestId, state: string) => pageWhen(maya, id, (page) => page.state.kind === state);
  await Promise.all([over(completed, "completed"), over(rejected, "rejected"), ...[question, ...waiting].map((id) => over(id, "inReview"))]);

  const first = { paginationOpts: { cursor: null, numItems: 10 } };
  const message = (await maya.query(api.outbox.list, first)).page.find((row) => row.requestId === completed);
  const tasks = (await priya.query(api.tasks.inbox, { ...first, queue: "open" })).page;
  const taskPath = (id: RequestId | undefined) => `/inbox/${tasks.find(({ requestId }) => requestId === id)?.taskId}`;
  Object.assign(paths, {
    completed: requestPath(completed),
    rejected: requestPath(rejected),
    second: requestPath(second),
    question: requestPath(question),
    message: `/outbox/${message?.messageId}`,
    task: taskPath(waiting.at(-1)),
    person: `/people/${(await signInAs(`http://127.0.0.1:${desk.port + 1}`, "reviewer", 0)).id}`,
  });
  await Promise.all([maya.close(), priya.close()]);
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
  { name: "history-check", who: "Samira Nasser", path: () => paths.completed, ready: checked },
  { name: "erase", who: "Samira Nasser", path: () => paths.completed, ready: erasing },
  { name: "replay", who: "Helen Marsh", path: () => `${paths.completed}/replay`, ready: (page) => page.getByText("your browser has computed it").waitFor() },
];

/** Goes to a path as a link of the dashboard does, without loading it again. */
async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState(null, "", to), path);
}

async function editing(page: Page): Promise<void> {
  await decision(page).getByRole("button", { name: "Approve" }).waitFor();
  await page.keyboard.press("e");
  await page.getByRole("dialog", { name: /^Edit draft/ }).waitFor();
}

async function checked(page: Page): Promise<void> {
  // There is a checkpoint once a minute.
  await page.getByText(/^The history of this request is unaltered/).waitFor({ timeout: 75_000 });
}

async function erasing(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Erase/ }).click();
  await page.getByRole("dialog", { name: /^Erase/ }).waitFor();
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
    const open = pages.get(who);
    const page = open ?? (await person(who, size, scheme));
    pages.set(who, page);
    if (open === undefined) await page.goto(desk.url + path());
    else await follow(page, path());
    await ready(page);
    if (pictures !== undefined) {
      mkdirSync(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${name}-${size}-${scheme}.png`) });
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    // Names and roles are the same in all four; contrast differs by theme: the two pairs are enough for axe.
    if (!pairs.some(([atSize, inScheme]) => atSize === size && inScheme === scheme)) return;
    // Legacy: in the page itself. The desk has no frames, for which axe would open a page of its own each time.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
  });
});
