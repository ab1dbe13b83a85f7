import { pushSources } from "../testing.ts";
import { fuzzedApp } from "./app.fixture.ts";
import { HttpFuzzer } from "./fuzz-http.ts";
import { fuzzSocket } from "./fuzz-socket.ts";
import { Random } from "./random.ts";
import { record, type Recording } from "./recorded.ts";
import { call, type ServerProcess, startServer } from "./server-process.ts";

/** The fuzzer (H22, W19): changed copies of what real clients send, against a server in a process of its own. */

export interface FuzzOptions {
  seed: number;
  /** Messages and requests to send. */
  cases: number;
  /** Every so many cases the server must answer a healthy client rightly. */
  checkEvery?: number;
  /** To be told how far it is. */
  onCheck?: (done: number, rssMb: number) => void;
}

export interface FuzzResult {
  /** What was wrong, each with its case; empty when all was well. */
  problems: string[];
  cases: number;
  seconds: number;
  /** Memory after warming up, and at the end, after a rest, MB. */
  startRssMb: number;
  endRssMb: number;
  /** Lines of the server's log above the level `warn`. */
  faults: string[];
}

/** Sessions and requests under way together. */
const WIDTH = 32;
/** Pushes are analysed, which takes a thousand times longer than a call. */
const PUSH_SHARE = 0.002;
const SOCKET_SHARE = 0.4;
const MAX_PROBLEMS = 10;

/** Runs the fuzzer. Ends early when too much is wrong. */
export async function fuzz({ seed, cases, checkEvery = 1_000, onCheck }: FuzzOptions): Promise<FuzzResult> {
  const server = await startServer({});
  try {
    const trial = new Trial(server, seed);
    return await trial.run(cases, checkEvery, onCheck);
  } finally {
    await server.end();
  }
}

class Trial {
  readonly #server: ServerProcess;
  readonly #seed: number;
  readonly #http: HttpFuzzer;
  readonly #problems: string[] = [];
  #counter = 0;

  constructor(server: ServerProcess, seed: number) {
    this.#server = server;
    this.#seed = seed;
    this.#http = new HttpFuzzer(server);
  }

  async run(cases: number, checkEvery: number, onCheck: FuzzOptions["onCheck"]): Promise<FuzzResult> {
    const server = this.#server;
    const recording = await record(server);
    const started = performance.now();
    const count = { next: 0, done: 0 };
    let startRss = 0;
    const one = async (number: number): Promise<void> => {
      // Each case has its own numbers: it can be run again without those before it.
      const random = new Random(this.#seed + number * 7_919);
      const problem = await this.#play(random, recording, (more) => {
        count.done += more;
      });
      if (problem !== null) this.#problems.push(`case ${number} (FUZZ_SEED=${this.#seed}): ${problem}`);
    };
    while (count.done < cases && this.#isGoodEnough) {
      const until = Math.min(cases, count.done + checkEvery);
      const worker = async (): Promise<void> => {
        while (count.done < until && this.#isGoodEnough) await one(count.next++);
      };
      await Promise.all(Array.from({ length: WIDTH }, worker));
      if (server.isAlive()) await this.#checkHealthy();
      if (startRss === 0) startRss = server.isAlive() ? server.rss() : 0;
      onCheck?.(count.done, server.isAlive() ? server.rss() / 1e6 : 0);
    }
    this.#http.close();
    const seconds = (performance.now() - started) / 1000;
    const endRss = server.isAlive() ? await settledRss(server) : 0;
    if (!server.isAlive()) this.#problems.push(`the server ended: ${server.log().slice(-2_000)}`);
    const faults = server.log().split("\n").filter((line) => line !== "" && !/^\{"time":"[^"]*","level":"(info|warn)"/.test(line));
    return { problems: this.#problems, cases: count.done, seconds, startRssMb: startRss / 1e6, endRssMb: endRss / 1e6, faults };
  }

  /** Plays one session or request; `count` is told how many changed messages that was. */
  #play(random: Random, { sessions, requests, pushes }: Recording, count: (cases: number) => void): Promise<string | null> {
    if (random.chance(SOCKET_SHARE)) return fuzzSocket(random, this.#server, random.pick(sessions), count);
    count(1);
    return this.#http.run(random, random.pick(random.chance(PUSH_SHARE) ? pushes : requests));
  }

  get #isGoodEnough(): boolean {
    return this.#problems.length < MAX_PROBLEMS && this.#server.isAlive();
  }

  /** A healthy client writes and reads; a changed push may have replaced the functions, then they are pushed again. */
  async #checkHealthy(): Promise<void> {
    this.#counter += 1;
    const write = () => call(this.#server, "mutation", "seed:count", { to: this.#counter });
    let written = await write();
    if (written.status !== "success") {
      await pushSources(this.#server, fuzzedApp);
      written = await write();
    }
    const read = await call(this.#server, "query", "seed:counted");
    if (written.status === "success" && read.value === this.#counter) return;
    this.#problems.push(`a healthy client is answered wrongly: ${JSON.stringify([written, read])}`);
  }
}

/** Memory after a rest, in which what is garbage is given back. */
async function settledRss(server: ServerProcess): Promise<number> {
  let least = server.rss();
  for (let i = 0; i < 6; i++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    least = Math.min(least, server.rss());
  }
  return least;
}
