import type { Browser, Page } from "playwright-core";
import { api } from "../convex/_generated/api.js";
import { visit } from "../e2e/browser.ts";
import type { Cast } from "./people.ts";
import type { OpenTask } from "./prepare.ts";

/** Between two decisions, so that the workflow of one does not run into the next, ms. */
const PAUSE_MS = 300;
/** How far the clocks of this process and of the page may lie apart before the figures mean nothing, ms. */
const CLOCKS_APART_MS = 2;

/** One decision until another person's browser shows it, in milliseconds from sending it. */
export interface Painted {
  acknowledged: number;
  /** The task's row stands in the other reviewer's list of decided tasks, in a frame that was handed to the screen. */
  painted: number;
}

/** Rejects tasks one after another while a second reviewer's inbox is open in a real Chromium at its "Done" queue. */
export async function secondBrowser(browser: Browser, deskUrl: string, cast: Cast, tasks: OpenTask[]): Promise<Painted[]> {
  const query = new URLSearchParams({ as: cast.onlooker.id, next: "/inbox?queue=done" });
  const { page, problems, close } = await visit(browser, `${deskUrl}/sign-in?${query}`);
  const deciding = await cast.reviewer.connect();
  try {
    await page.getByRole("list", { name: "Done tasks" }).waitFor();
    const rows = await paintedRows(page);
    await sameClock(page);
    const samples: Painted[] = [];
    for (const { names } of tasks) {
      await new Promise((resume) => setTimeout(resume, PAUSE_MS));
      const painted = rows.next(names.taskId);
      const sent = now();
      const verdict = { kind: "reject", reason: "Rejected to see how soon others learn of it." } as const;
      await deciding.mutation(api.decisions.decide, { ...names, verdict });
      samples.push({ acknowledged: now() - sent, painted: (await painted) - sent });
    }
    return samples;
  } catch (error) {
    throw new Error(`The second browser did not show a decision. Its problems: ${problems.join("; ") || "none"}`, { cause: error });
  } finally {
    await deciding.close();
    await close();
  }
}

/** Tells when rows of tasks are painted: milliseconds since 1970 by the page's clock. */
async function paintedRows(page: Page): Promise<{ next(taskId: string): Promise<number> }> {
  const waiting = new Map<string, (at: number) => void>();
  await page.exposeFunction("rowPainted", (taskId: string, at: number) => waiting.get(taskId)?.(at));
  await page.evaluate(() => {
    const { rowPainted } = window as unknown as { rowPainted(taskId: string, at: number): void };
    const tell = (taskId: string): void => {
      // A frame callback runs before its frame is painted; the message sent in it arrives after.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener("message", () => rowPainted(taskId, performance.timeOrigin + performance.now()), { once: true });
        port1.start();
        port2.postMessage(null);
      });
    };
    new MutationObserver((changes) => {
      for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (!(node instanceof HTMLElement)) continue;
        for (const row of [node, ...node.querySelectorAll<HTMLElement>("[data-task]")]) if (row.dataset["task"]) tell(row.dataset["task"]);
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
  return {
    next: (taskId) =>
      new Promise((done, fail) => {
        const timer = setTimeout(() => fail(new Error(`The row of task ${taskId} was not painted within 30 s.`)), 30_000);
        waiting.set(taskId, (at) => {
          clearTimeout(timer);
          waiting.delete(taskId);
          done(at);
        });
      }),
  };
}

/** Makes sure that the page's clock and ours agree: the page's time must lie between ours before and after asking. */
async function sameClock(page: Page): Promise<void> {
  let apart = Infinity;
  for (let i = 0; i < 5; i++) {
    const before = now();
    const there = await page.evaluate(() => performance.timeOrigin + performance.now());
    apart = Math.min(apart, Math.max(before - there, there - now(), 0));
  }
  if (apart > CLOCKS_APART_MS) throw new Error(`The browser's clock and this process's lie ${apart.toFixed(1)} ms apart.`);
}

/** Milliseconds since 1970, with fractions, as pages measure it. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
