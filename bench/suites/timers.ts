import { rmSync } from "node:fs";
import { newFolder, push, withServer } from "../apps.ts";
import { atMost, type Figure, type Line, times, values } from "../figures.ts";
import type { Plan } from "../options.ts";
import { call, type Server } from "../server.ts";
import type { Suite } from "../suite.ts";

interface Spread {
  /** By how much each ran after it was due, ms; below 0 means early. */
  lateMs: number[];
  /** Planned, but ran never or more than once. */
  wrong: number;
}

interface Run {
  spread: Spread;
  /** From the moment at which all were due until the last one ran, seconds. */
  allAtOnceS: number;
  wrongAtOnce: number;
  planPerSecond: number;
}

/** Functions that one mutation schedules: 1,000 are allowed, but take long on a busy machine. */
const PER_MUTATION = 250;
const PAGE = 4_000;
/** Functions that run before those that are measured, with numbers below 0: compilation and caches are over then. */
const WARM_UP = 250;
const GIVE_UP_MS = 600_000;

/** Functions scheduled ahead: how late they run, and how long it takes when all are due at the same moment. */
export const timers: Suite = {
  name: "timers",
  title: "Scheduled functions",
  async measure(plan, say) {
    const runs: Run[] = [];
    for (let run = 1; run <= Math.min(plan.runs, 2); run++) {
      say(`run ${run}`);
      const [spread, planPerSecond] = await onNewServer(plan, plan.timers.spreadMs);
      const [atOnce] = await onNewServer(plan, 0);
      const { lateMs, wrong } = atOnce;
      runs.push({ spread, planPerSecond, allAtOnceS: times([lateMs]).max / 1000, wrongAtOnce: wrong });
    }
    const { count, spreadMs } = plan.timers;
    return {
      lines: linesOf(runs, plan),
      method: `Runs: ${runs.length}, each with ${text(count)} functions over ${spreadMs / 1000} s and ${text(count)} due at once`,
      samples: runs.map(({ spread, ...rest }) => ({ ...rest, wrong: spread.wrong, lateMs: lateness(spread.lateMs) })),
    };
  },
};

async function onNewServer(plan: Plan, spreadMs: number): Promise<[Spread, number]> {
  const dir = newFolder();
  try {
    return await withServer(dir, async (server) => {
      await push("plain", server);
      return await planAndWait(server, plan, spreadMs);
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function planAndWait(server: Server, { timers: { count, leadMs } }: Plan, spreadMs: number): Promise<[Spread, number]> {
  await call(server.url, "mutation", "timers:plan", { from: -WARM_UP, count: WARM_UP, firstAt: Date.now(), everyMs: 0 });
  await settled(server, WARM_UP);
  const firstAt = Date.now() + leadMs;
  const everyMs = spreadMs / count;
  const from = performance.now();
  for (let n = 0; n < count; n += PER_MUTATION) {
    const args = { from: n, count: Math.min(PER_MUTATION, count - n), firstAt: firstAt + n * everyMs, everyMs };
    await call(server.url, "mutation", "timers:plan", args);
  }
  const planPerSecond = (count / (performance.now() - from)) * 1000;
  if (Date.now() >= firstAt) throw new Error(`Planning ${count} functions took longer than the ${leadMs} ms before the first was due.`);
  await new Promise((done) => setTimeout(done, firstAt + spreadMs - Date.now()));
  await settled(server, count);
  return [await readRings(server, count), planPerSecond];
}

/** Waits until nothing has run for a while: until then, something that runs twice would be missed. */
async function settled(server: Server, count: number): Promise<void> {
  const until = Date.now() + GIVE_UP_MS;
  for (let last: unknown = null; ; ) {
    await new Promise((done) => setTimeout(done, 2_000));
    const now = await call(server.url, "query", "timers:lastRing", {});
    if (now === last && now !== null) return;
    if (Date.now() > until) throw new Error(`Not all ${count} functions had run after ${GIVE_UP_MS / 1000} s.`);
    last = now;
  }
}

async function readRings(server: Server, count: number): Promise<Spread> {
  const lateMs: number[] = [];
  const ran = new Map<number, number>();
  for (let cursor: string | null = null, isDone = false; !isDone; ) {
    const paginationOpts: object = { numItems: PAGE, cursor };
    const answer = await call(server.url, "query", "timers:rings", { paginationOpts });
    const { page, ...more } = answer as { page: [number, number, number][]; isDone: boolean; continueCursor: string };
    for (const [n, dueAt, ranAt] of page.filter(([n]) => n >= 0)) {
      lateMs.push(ranAt - dueAt);
      ran.set(n, (ran.get(n) ?? 0) + 1);
    }
    [cursor, isDone] = [more.continueCursor, more.isDone];
  }
  const once = [...ran.values()].filter((times) => times === 1).length;
  return { lateMs, wrong: count - once };
}

function linesOf(runs: Run[], { timers: { count, spreadMs } }: Plan): Line[] {
  const late: Figure & { unit: "ms" } = times(runs.map(({ spread }) => spread.lateMs));
  const early = runs.flatMap(({ spread }) => spread.lateMs).filter((ms) => ms < 0).length;
  const wrong = runs.reduce((sum, run) => sum + run.spread.wrong + run.wrongAtOnce, 0);
  const atOnce = values("s", runs.map(({ allAtOnceS }) => allAtOnceS));
  const onceText = wrong === 0 ? "each ran exactly once" : `${text(wrong)} did not run exactly once`;
  return [
    {
      name: `Lateness of ${text(count)} functions over ${spreadMs / 1000} s`,
      here: late,
      floor: null,
      target: { text: "p99 ≤ 50 ms, none early", met: late.p99 <= 50 && early === 0 && wrong === 0 },
      includes: `mutations that insert one document, from the time each was due to its own clock at its start, in whole ms; at most ${text(late.max)} ms late, ${early === 0 ? "none" : text(early)} early, ${onceText}`,
    },
    {
      name: `${text(count)} functions due at once`,
      here: atOnce,
      floor: null,
      target: { ...atMost("≤ 60 s, each once", 60, atOnce.value), ...(wrong === 0 ? {} : { met: false }) },
      includes: `from the common time until the last one began; ${onceText}`,
    },
    {
      name: "Functions scheduled per second",
      here: values("per second", runs.map(({ planPerSecond }) => planPerSecond)),
      floor: null,
      target: null,
      includes: `mutations that schedule ${text(PER_MUTATION)} functions each, one mutation at a time over HTTP`,
    },
  ];
}

function lateness(lateMs: number[]) {
  const { p50, p99, max } = times([lateMs]);
  return { p50, p99, max };
}


function text(value: number): string {
  return value.toLocaleString("en");
}
