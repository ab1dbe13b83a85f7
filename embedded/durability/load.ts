import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { makeFunctionReference as ref } from "convex/server";
import { WebSocket } from "ws";
import type { Call, Kind } from "./ledger.ts";

/** Clients of the kill loop: they call without a pause worth mentioning and write into the ledger what they were told. */

const logger = { logVerbose() {}, log() {}, warn() {}, error() {} };
const quiet = { logger, unsavedChangesWarning: false, webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket };
/** Calls under way per client, and the longest pause between two of one lane, ms. */
const LANES = 3;
const MAX_PAUSE_MS = 40;
/** Clients wait before they connect again, and longer after every failure; these waits are cut short, in ms. */
const RECONNECT = { defaultInitialBackoff: 100, maxBackoff: 400 };
const KINDS: readonly Kind[] = ["write", "write", "write", "move", "move", "plan", "act"];

type Args = Record<string, string | number>;

export interface Load {
  readonly calls: Call[];
  /** Answers so far, in all and to sockets. */
  readonly answers: number;
  readonly socketAnswers: number;
  /** Live results that went back, as sentences: results must not (W4). */
  readonly regressions: string[];
  /** Begins no more calls; resolves when all under way are answered. */
  finish(): Promise<void>;
}

/** Starts `sockets` clients over WebSocket and one over HTTP. `random` gives numbers in [0, 1). */
export function startLoad(url: string, sockets: number, random: () => number): Load {
  const calls: Call[] = [];
  const regressions: string[] = [];
  let answers = 0;
  let socketAnswers = 0;
  const over = new AbortController();
  const clients: ConvexClient[] = [];
  const lanes: Promise<void>[] = [];

  /** Calls one after the other, each with a number of its own, until the load is over. */
  const lane = async (name: string, isSocket: boolean, perform: (kind: Kind, args: Args) => Promise<unknown>) => {
    for (let n = 0; !over.signal.aborted; n++) {
      const kind = KINDS[Math.floor(random() * KINDS.length)]!;
      const call: Call = { kind, call: `${name}${n}`, repeats: isSocket && kind !== "act", answer: "none" };
      calls.push(call);
      const args: Args = { call: call.call };
      if (kind === "move") args["amount"] = 1 + Math.floor(random() * 9);
      if (kind === "plan") args["delayMs"] = Math.floor(random() * 400);
      try {
        await perform(kind, args);
        call.answer = "done";
        answers += 1;
        if (isSocket) socketAnswers += 1;
      } catch (error) {
        call.answer = "lost";
        if (call.repeats) regressions.push(`${kind} ${call.call} was refused: ${String(error)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, random() * MAX_PAUSE_MS));
    }
  };

  for (let i = 0; i < sockets; i++) {
    const client = new ConvexClient(url, quiet);
    Object.assign((client.client as unknown as { webSocketManager: object }).webSocketManager, RECONNECT);
    clients.push(client);
    let seen = 0;
    client.onUpdate(ref<"query">("ledger:writes"), { client: `ws${i}` }, (count: number) => {
      if (count < seen) regressions.push(`client ws${i} saw ${seen} writes, then ${count}`);
      seen = count;
    });
    const perform = (kind: Kind, args: Args) =>
      kind === "act" ? client.action(ref<"action">("ledger:act"), args) : client.mutation(ref<"mutation">(`ledger:${kind}`), args);
    for (let l = 0; l < LANES; l++) lanes.push(lane(`ws${i}/${l}.`, true, perform));
  }
  const http = new ConvexHttpClient(url, { logger: false });
  const perform = (kind: Kind, args: Args) =>
    kind === "act" ? http.action(ref<"action">("ledger:act"), args) : http.mutation(ref<"mutation">(`ledger:${kind}`), args, { skipQueue: true });
  for (let l = 0; l < LANES; l++) lanes.push(lane(`http/${l}.`, false, perform));

  return {
    calls,
    regressions,
    get answers() {
      return answers;
    },
    get socketAnswers() {
      return socketAnswers;
    },
    async finish() {
      over.abort();
      await Promise.all(lanes);
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
