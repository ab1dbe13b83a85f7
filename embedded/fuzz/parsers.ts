import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ProtocolError } from "../sync/protocol.ts";
import { ConvexFailure, UserError } from "../values/errors.ts";
import { Random } from "./random.ts";
import { isSame, type Target } from "./targets/target.ts";

/** The fuzzer without a network (H23): changed inputs go straight to whatever parses what comes from outside. */

export interface ParserTrialOptions {
  seed: number;
  cases: number;
  targets: Target[];
  /** To be told every so often how far it is, and at once of what is wrong. */
  onProgress?: (done: number, heapMb: number) => void;
  onProblem?: (problem: string) => void;
}

export interface TargetResult {
  accepted: number;
  refused: number;
  /** The input that took longest for its size: ms, and characters or bytes. */
  slowest: { ms: number; size: number };
}

export interface ParserTrialResult {
  /** What was wrong, each with its case; empty when all was well. */
  problems: string[];
  cases: number;
  seconds: number;
  /** By how much the heap grew after warming up, MB, garbage left out. */
  heapGrowthMb: number;
  targets: Map<string, TargetResult>;
}

/**
 * What an input of `size` characters may take, ms: about a hundred times what the slowest parser needs for one of its size,
 * and far less than it needs when it goes over the text again for each of its characters (60,000 of them: 2 to 28 seconds).
 */
const allowedMs = (size: number): number => 250 + size * 0.005;
const WARM_UP = 0.1;
const MAX_PROBLEMS = 10;
/** So often others get a turn, and the caller is told. */
const TURN_EVERY = 500;
const TELL_EVERY = 200_000;
/** One in so many inputs is given twice: the answer must be the same. */
const AGAIN_EVERY = 4;

type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown };

/** Runs the fuzzer. Ends early when too much is wrong. */
export async function fuzzParsers({ seed, cases, targets, onProgress, onProblem }: ParserTrialOptions): Promise<ParserTrialResult> {
  const problems: string[] = [];
  const results = new Map(targets.map(({ name }) => [name, { accepted: 0, refused: 0, slowest: { ms: 0, size: 1 } }]));
  const choice = targets.flatMap((target) => Array.from<Target>({ length: target.weight }).fill(target));
  const started = performance.now();
  let done = 0;
  let heapBefore = 0;
  for (let number = 0; done < cases && problems.length < MAX_PROBLEMS; number++) {
    if (number % TURN_EVERY === 0) await new Promise((resolve) => setImmediate(resolve));
    if (heapBefore === 0 && done >= cases * WARM_UP) heapBefore = heapUsed();
    // Each case has its own numbers: it can be run again without those before it.
    const random = new Random(seed + number * 7_919);
    const target = random.pick(choice);
    const input = target.make(random);
    const problem = await tryOne(target, input, results.get(target.name)!, number % AGAIN_EVERY === 0);
    if (problem !== null) {
      problems.push(`case ${number} (FUZZ_SEED=${seed}), ${target.name}: ${problem}: ${shown(input)}`);
      onProblem?.(problems.at(-1)!);
    }
    const before = done;
    done += target.cases?.(input) ?? 1;
    if (Math.floor(done / TELL_EVERY) > Math.floor(before / TELL_EVERY)) onProgress?.(done, process.memoryUsage().heapUsed / 1e6);
  }
  const seconds = (performance.now() - started) / 1000;
  return { problems, cases: done, seconds, heapGrowthMb: (heapUsed() - heapBefore) / 1e6, targets: results };
}

/** Gives the input to the target, twice if asked to. What is wrong; null when nothing is. */
async function tryOne(target: Target, input: unknown, result: TargetResult, isTwice: boolean): Promise<string | null> {
  const begun = performance.now();
  const first = await outcomeOf(target, input);
  let ms = performance.now() - begun;
  const size = sizeOf(input);
  const isRecord = () => ms / (size + 1_000) > result.slowest.ms / (result.slowest.size + 1_000);
  // A machine that had something else to do is not the parser's fault: the shortest of several counts.
  for (let i = 0; i < 3 && (ms > allowedMs(size) || isRecord()); i++) {
    const again = performance.now();
    await outcomeOf(target, input);
    ms = Math.min(ms, performance.now() - again);
  }
  if (ms > allowedMs(size)) return `took ${ms.toFixed(0)} ms for ${size} characters`;
  if (isRecord()) result.slowest = { ms, size };
  if (!first.ok && !isRefusal(first.error)) return `threw ${(first.error as Error).stack ?? String(first.error)}`;
  if (first.ok && first.value !== null) result.accepted += 1;
  else result.refused += 1;
  if (!isTwice) return null;
  const second = await outcomeOf(target, input);
  return isSameOutcome(first, second) ? null : `answered differently the second time: ${said(first)} and ${said(second)}`;
}

async function outcomeOf(target: Target, input: unknown): Promise<Outcome> {
  try {
    const value = target.take(input);
    return { ok: true, value: value instanceof Promise ? await value : value };
  } catch (error) {
    return { ok: false, error };
  }
}

/** What callers are told: a code and a text, and a status that is no fault of the server. */
function isRefusal(error: unknown): boolean {
  if (error instanceof ProtocolError || error instanceof ConvexFailure) return error.message !== "";
  if (!(error instanceof UserError)) return false;
  const isStatus = (error.httpStatus >= 400 && error.httpStatus < 500) || error.httpStatus === 501;
  return error.code !== "" && error.message !== "" && isStatus;
}

function isSameOutcome(first: Outcome, second: Outcome): boolean {
  if (!first.ok || !second.ok) return first.ok === second.ok && said(first) === said(second);
  return isSame(first.value, second.value);
}

function said(outcome: Outcome): string {
  if (!outcome.ok) return described(outcome.error);
  return shown(outcome.value);
}

function described(error: unknown): string {
  if (error instanceof UserError) return `${error.code} ${error.message}`;
  return String(error);
}

function shown(value: unknown): string {
  try {
    const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item)) ?? "undefined";
    return text.length > 600 ? `${text.slice(0, 600)}… (${text.length})` : text;
  } catch (error) {
    return `(${String(error)})`;
  }
}

/** Characters and bytes in all. */
function sizeOf(input: unknown): number {
  let size = 0;
  // A stack of its own: inputs may be nested deeper than calls can be.
  const left: unknown[] = [input];
  while (left.length > 0) {
    const part = left.pop();
    if (typeof part === "string" || part instanceof Uint8Array) size += part.length;
    else if (typeof part !== "object" || part === null) size += 1;
    else for (const inner of Object.values(part)) left.push(inner);
  }
  return size;
}

let collect: (() => void) | undefined;

/** Bytes of the heap that are not garbage. */
function heapUsed(): number {
  if (!collect) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
  return process.memoryUsage().heapUsed;
}
