import { rmSync } from "node:fs";
import { newFolder, push, withServer } from "../apps.ts";
import { atMost, type Line, times, values } from "../figures.ts";
import { openFloor, startFloor } from "../floor.ts";
import { RawCaller, subscribe } from "../raw-caller.ts";
import type { Server } from "../server.ts";
import type { Suite } from "../suite.ts";

/** For one number of subscribers: each commit until each subscriber was told, and until the last one was, ms. */
interface FanOut {
  each: number[];
  last: number[];
}
type Run = Record<"here" | "floor", FanOut[]>;

/** How many times the bare loop's time a live update may take. */
const TIMES_FLOOR = 3;

/** One commit, and how soon everybody who follows a query that it changes has the new result. */
export const updates: Suite = {
  name: "updates",
  title: "Commit to update",
  async measure(plan, say) {
    const { commits, subscribers, warmUp } = plan.updates;
    const dir = newFolder();
    const runs: Run[] = [];
    try {
      await withServer(dir, (server) => push("plain", server));
      for (let run = 1; run <= plan.runs; run++) {
        say(`run ${run} of ${plan.runs}`);
        const here = await withServer(dir, (server) => inTurn(subscribers, (count) => overServer(server, count, commits, warmUp / count)));
        const floor = await inTurn(subscribers, (count) => overFloor(count, commits, warmUp / count));
        runs.push({ here, floor });
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
    return {
      lines: subscribers.flatMap((count, i) => linesOf(count, runs.map(({ here, floor }) => ({ here: here[i]!, floor: floor[i]! })))),
      method: `Runs: ${plan.runs}, each with ${commits} commits one at a time for each number of subscribers`,
      samples: runs.map(({ here, floor }) => ({ here: here.map(({ last }) => last), floor: floor.map(({ last }) => last) })),
    };
  },
};

async function inTurn<T, R>(list: readonly T[], measure: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const one of list) results.push(await measure(one));
  return results;
}

async function overServer(server: Server, subscribers: number, commits: number, warmUp: number): Promise<FanOut> {
  const topic = `followed by ${subscribers} of process ${server.pid}`;
  const following = new Following(subscribers);
  const clients = await Promise.all(
    Array.from({ length: subscribers }, () =>
      subscribe(server.url, "notes:newest", { topic }, (text) => {
        if (text.startsWith('{"type":"Transition"') && text.includes('"QueryUpdated"')) following.told();
      }),
    ),
  );
  const writer = await RawCaller.connect(server.url);
  let n = 0;
  const result = await following.measure(commits, warmUp, () => writer.mutation("notes:add", { topic, n: n++ }));
  writer.close();
  for (const client of clients) client.close();
  return result;
}

async function overFloor(subscribers: number, commits: number, warmUp: number): Promise<FanOut> {
  const floor = await startFloor();
  try {
    const following = new Following(subscribers);
    const sockets = await Promise.all(Array.from({ length: subscribers }, () => openFloor(floor.port)));
    for (const socket of sockets) {
      socket.on("message", (data: Buffer) => {
        if (data.toString().startsWith("seen ")) following.told();
      });
      socket.send("watch");
    }
    const writer = await openFloor(floor.port);
    let n = 0;
    const result = await following.measure(commits, warmUp, async () => writer.send(`note ${n++}`));
    for (const socket of [writer, ...sockets]) socket.close();
    return result;
  } finally {
    floor.end();
  }
}

/** Waits after each commit until every subscriber was told once. */
class Following {
  readonly #subscribers: number;
  #sent = 0;
  #times: number[] = [];
  #all: () => void = () => {};

  constructor(subscribers: number) {
    this.#subscribers = subscribers;
  }

  told(): void {
    this.#times.push(performance.now() - this.#sent);
    if (this.#times.length === this.#subscribers) this.#all();
  }

  /** `warmUp`: commits before those that are measured, so that what comes once (compilation, caches) is over; at least 30. */
  async measure(commits: number, warmUp: number, commit: () => Promise<void>): Promise<FanOut> {
    const result: FanOut = { each: [], last: [] };
    for (let i = -Math.max(30, Math.ceil(warmUp)); i < commits; i++) {
      this.#times = [];
      const all = new Promise<void>((done) => (this.#all = done));
      this.#sent = performance.now();
      await Promise.all([commit(), all]);
      if (i < 0) continue;
      result.each.push(...this.#times);
      result.last.push(Math.max(...this.#times));
    }
    return result;
  }
}

function linesOf(count: number, runs: { here: FanOut; floor: FanOut }[]): Line[] {
  const name = count === 1 ? "1 subscriber" : `${count.toLocaleString("en")} subscribers`;
  const each = { here: times(runs.map(({ here }) => here.each)), floor: times(runs.map(({ floor }) => floor.each)) };
  const last = { here: times(runs.map(({ here }) => here.last)), floor: times(runs.map(({ floor }) => floor.last)) };
  const ratio = values("times", runs.map(({ here, floor }) => times([here.last]).p50 / times([floor.last]).p50));
  const from = "from sending a one-document mutation";
  return [
    {
      name: `Update of ${name}`,
      ...each,
      target: null,
      includes: `${from} until a subscriber's socket has the new result of its live query, over all commits and subscribers; the bare loop forwards the message it was sent`,
    },
    {
      name: `Update of ${name}, the last one`,
      ...last,
      target: null,
      includes: `${from} until every subscriber has it`,
    },
    {
      name: `Update of ${name}, times the bare loop`,
      here: ratio,
      floor: null,
      target: atMost(`≤ ${TIMES_FLOOR}`, TIMES_FLOOR, ratio.value),
      includes: "median time until the last one has it, over the bare loop's in the same run",
    },
  ];
}
