import { ConvexHttpClient } from "convex/browser";
import { api } from "../../convex/_generated/api.js";
import type { EventFilter, HistoryView, RequestFilter } from "../../convex/shared/history/filter.ts";
import { atLeast, atMost, type Line, times, values } from "../figures.ts";
import { type HistoryFloor, historyFloor } from "../history-floor.ts";
import { withHistory } from "../history-folder.ts";
import { readTexts } from "../history-texts.ts";
import type { Plan } from "../options.ts";
import { signInAs } from "../people.ts";
import { canReadProcesses, residentBytes } from "../process-figures.ts";
import type { Server } from "../server.ts";
import type { Suite } from "../suite.ts";

const PAGE = 50;
const MIB = 2 ** 20;
/** Calls of each question before those that are measured. */
const WARM_UP = 5;
/** Words that customers of a bank use, from rare to very common. */
const SEARCHES = ["exchange rate", "transfer pending", "passcode", "apple pay", "top up failed", "disposable virtual", "atm declined", "verify identity"];
const COMMON = ["card", "money"];

interface Run {
  /** Milliseconds of calls, by question. */
  asked: Map<string, number[]>;
  floor: { page: number[]; search: number[]; exportPerSecond: number };
  exports: Record<"csv" | "jsonl" | "filtered", { perSecond: number; grownBytes: number }>;
}

/** A history of very many events: named filters, searches, other combinations, and exports. */
export const history: Suite = {
  name: "history",
  title: "The history",
  async measure(plan, say) {
    if (!canReadProcesses) throw new Error('The suite "history" reads memory from /proc, which this system lacks.');
    const texts = readTexts();
    say("writing the bare file");
    const floor = historyFloor(plan.history.events, texts);
    try {
      const run = await withHistory(plan.history.events, say, async (server) => {
        say("asking and exporting");
        return await measureOn(server, floor, plan);
      });
      return { lines: linesOf(run, plan), method: methodOf(plan), samples: { ...run, asked: Object.fromEntries(run.asked) } };
    } finally {
      floor.end();
    }
  },
};

type Ask = (i: number) => Promise<number>;

async function measureOn(server: Server, floor: HistoryFloor, plan: Plan): Promise<Run> {
  const { token } = await signInAs(server.url, "manager", 0);
  const client = new ConvexHttpClient(server.url, { logger: false, auth: token });
  const asked = new Map<string, number[]>();
  const page: number[] = [];
  const search: number[] = [];
  const questions = await questionsOf(client);
  for (let i = -WARM_UP; i < plan.history.calls; i++) {
    for (const [name, ask] of questions) {
      const ms = await ask(i + WARM_UP);
      if (i >= 0) asked.set(name, [...(asked.get(name) ?? []), ms]);
    }
    if (i < 0) continue;
    page.push(floor.pageMs(i));
    search.push(floor.searchMs(SEARCHES[i % SEARCHES.length]!));
  }
  const exports = {
    csv: await exported(server, client, token, { of: "events", filter: {} }, "csv"),
    jsonl: await exported(server, client, token, { of: "events", filter: {} }, "jsonl"),
    filtered: await exported(server, client, token, { of: "events", filter: { kind: "voted" } }, "jsonl"),
  };
  return { asked, floor: { page, search, exportPerSecond: floor.exportPerSecond() }, exports };
}

/** Every question with a filter that is another one each time, so that no answer is one that the server still has. */
async function questionsOf(client: ConvexHttpClient): Promise<[string, Ask][]> {
  const { people } = await client.query(api.history.choices, {});
  const later = Date.now() + 86_400_000;
  const id = (i: number) => people[i % people.length]!.id as string;
  const requests = (filter: (i: number) => RequestFilter, numItems = PAGE): Ask => timed((i) =>
    client.query(api.history.requests, { filter: { ...filter(i), until: later + i }, paginationOpts: { cursor: null, numItems } }));
  const events = (filter: (i: number) => EventFilter, numItems = PAGE): Ask => timed((i) =>
    client.query(api.history.events, { filter: { ...filter(i), until: later + i }, paginationOpts: { cursor: null, numItems } }));
  const playbook = (i: number) => ["customerReply", "refund", "announcement"][i % 3]!;
  const found = (words: readonly string[]): Ask => timed((i) =>
    client.query(api.history.findRequests, { filter: { text: words[i % words.length]! }, limit: PAGE + i }));
  return [
    ["named: requests, all", requests(() => ({}))],
    ["named: requests by playbook", requests((i) => ({ playbook: playbook(i) }))],
    ["named: requests by outcome", requests(() => ({ outcome: "completed" }))],
    ["named: requests by playbook and outcome", requests((i) => ({ playbook: playbook(i), outcome: "withdrawn" }))],
    ["named: requests by requester", requests((i) => ({ requester: id(i) }))],
    ["named: requests by voter", requests((i) => ({ decider: id(i) }))],
    ["named: requests by stage", requests(() => ({ stage: "Finance" }))],
    ["named: requests by policy version", requests((i) => ({ playbook: playbook(i), version: 9 }))],
    ["named: events, all", events(() => ({}))],
    ["named: events by person", events((i) => ({ person: id(i) }))],
    ["named: events by kind", events(() => ({ kind: "voted" }))],
    ["named: events by playbook", events((i) => ({ playbook: playbook(i) }))],
    ["named: events by policy version", events((i) => ({ playbook: playbook(i), version: 9 }))],
    ["search: requests", found(SEARCHES)],
    ["search: requests, very common words", found(COMMON)],
    ["search: events", timed((i) => client.query(api.history.findEvents, { filter: { text: SEARCHES[i % SEARCHES.length]! }, limit: PAGE + i }))],
    ["other: events, 200 rows compared", events((i) => ({ person: id(i), stage: "Review", kind: "taskOpened" }), 200)],
    ["other: events, 1,000 rows compared", events((i) => ({ stage: "Review", playbook: playbook(i), kind: "reminded" }), 1_000)],
    ["other: requests, 1,000 rows compared", requests((i) => ({ playbook: playbook(i), stage: "Managers", decider: id(i), requester: id(i + 1) }), 1_000)],
  ];
}

function timed(ask: (i: number) => Promise<unknown>): Ask {
  return async (i) => {
    const from = performance.now();
    await ask(i);
    return performance.now() - from;
  };
}

/** A whole download, part after part: events per second, and how much larger the server was at its largest. */
async function exported(server: Server, client: ConvexHttpClient, token: string, view: HistoryView, format: "csv" | "jsonl"): Promise<{ perSecond: number; grownBytes: number }> {
  const before = residentBytes(server.pid);
  let largest = before;
  const watch = setInterval(() => (largest = Math.max(largest, residentBytes(server.pid))), 50);
  try {
    const from = performance.now();
    const { exportId, url } = await client.mutation(api.exports.begin, { view, format });
    for (let part = 1; ; part++) {
      const response = await fetch(`${url}?export=${exportId}&part=${part}`, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`Part ${part} of an export answered ${response.status}: ${await response.text()}`);
      for await (const piece of response.body!) void piece;
      const state = await client.query(api.exports.get, { exportId });
      if (state?.done === true) return { perSecond: (state.rows / (performance.now() - from)) * 1000, grownBytes: largest - before };
    }
  } finally {
    clearInterval(watch);
  }
}

function linesOf({ asked, floor, exports }: Run, { history: { events } }: Plan): Line[] {
  const has = events.toLocaleString("en");
  const of = (prefix: string): [string, number[]][] => [...asked].filter(([name]) => name.startsWith(prefix));
  const slowest = (prefix: string): [string, number[]] => of(prefix).toSorted(([, a], [, b]) => times([b]).p50 - times([a]).p50)[0]!;
  const question = (name: string, [which, ms]: [string, number[]], bare: number[] | null, most: number | null, includes: string): Line => {
    const here = times([ms]);
    return {
      name: `${name} (${has} events)`,
      here,
      floor: bare === null ? null : times([bare]),
      target: most === null ? null : atMost(`p50 ≤ ${most} ms`, most, here.p50),
      includes: `${which.replace(/^\w+: /, "")}; ${includes}`,
    };
  };
  const http = "over HTTP with the person's token, permission, names and subjects";
  const out = (name: string, { perSecond }: Run["exports"]["csv"], isAimed: boolean, includes: string): Line => {
    const here = values("per second", [perSecond]);
    const target = isAimed ? atLeast("20,000/s", 20_000, here.value) : null;
    return { name, here, floor: values("per second", [floor.exportPerSecond]), target, includes };
  };
  const grown = values("MB", Object.values(exports).map(({ grownBytes }) => grownBytes / MIB));
  const most = { ...grown, value: Math.max(...Object.values(exports).map(({ grownBytes }) => grownBytes / MIB)) };
  return [
    question("First page, slowest named filter", slowest("named"), floor.page, 50, http),
    question("First page of a search", ["search: requests", asked.get("search: requests")!], floor.search, 50, `words of one to three terms, ${http}`),
    question("First page of a search, events", ["search: events", asked.get("search: events")!], floor.search, 50, http),
    question("First page of a search, very common words", ["search: card, money", asked.get("search: requests, very common words")!], null, null, `a quarter of all requests holds them; ${http}`),
    question("Any other combination, slowest", slowest("other"), null, null, "says how far back it looked"),
    out("Events exported as CSV, per second", exports.csv, true, "all events in parts of about 10 MiB; the bare file: read, parsed and written as JSON"),
    out("Events exported as signed JSON lines, per second", exports.jsonl, true, "all events in the order of the tree, hashed and signed"),
    out("Events of a filter as signed JSON lines, per second", exports.filtered, false, "every tenth event, each with the hashes of what lies before it and where its chain ends, which are looked up one by one"),
    { name: "Memory that the server grew by while exporting", here: most, floor: null, target: atMost("≤ 300 MB", 300, most.value), includes: "the largest of the three exports, resident, read every 50 ms" },
  ];
}

function methodOf({ history: { events, calls } }: Plan): string {
  return `One run: ${events.toLocaleString("en")} events of BANKING77's texts, ${calls} calls of each question with a filter of its own, then three exports`;
}
