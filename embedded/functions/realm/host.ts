/** What the bootstrap script of a realm is given: closures over the realm's state and the Web classes of the process. */
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { isNativeError, isPromise, isProxy } from "node:util/types";
import { mapPosition } from "../source-maps.ts";
import type { PreparedModules } from "../prepared-modules.ts";
import { hostCrypto } from "./host-crypto.ts";
import { bytesOf, kindOf, sharedObjects } from "./object-kinds.ts";
import { formatLog, RawText } from "./log-format.ts";
import type { SeededRandom } from "./random.ts";
import type { RealmPort } from "./realm.ts";
import type { Timers } from "./timers.ts";

/** Import: modules are evaluated. Call: a function runs. Closed: nothing is answered any more. */
export type Phase = "import" | "call" | "closed";

export interface RealmState {
  phase: Phase;
  port: RealmPort;
  nowMs: number;
  random: SeededRandom;
  /** performance.now() advances by a made-up step at every look. */
  ticking: boolean;
  ticks: number;
  timeObserved: boolean;
  /** Objects were made whose methods answer only after a turn of the event loop. */
  hostWork: boolean;
  modules: PreparedModules | null;
  compile(path: string): unknown;
  /** Runs text of the runtime's own in the realm. */
  evaluate(text: string): unknown;
  readonly timers: Timers | null;
  /** Ends the fetches of an action. */
  readonly abort: AbortController | null;
}

export interface Failure {
  message: string;
  /** JSON text of a ConvexError's data. */
  data?: string;
}

/** What of a thrown host error is shown inside a realm. */
export function failureOf(error: unknown): Failure {
  const { message, data } = error as { message?: unknown; data?: unknown };
  const text = typeof message === "string" ? message : String(error);
  return data === undefined ? { message: text } : { message: text, data: JSON.stringify(data) };
}

const everything = globalThis as unknown as Record<string, unknown>;

function pick(names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => everything[name] !== undefined).map((name) => [name, everything[name]]),
  );
}

const binary = pick([
  "ArrayBuffer",
  "SharedArrayBuffer",
  "DataView",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
  "Float16Array",
  "Float32Array",
  "Float64Array",
]);

const web = {
  plain: {
    ...pick([
      "URL",
      "URLSearchParams",
      "TextEncoder",
      "TextDecoder",
      "FormData",
      "Headers",
      "AbortController",
      "Event",
      "EventTarget",
      "CustomEvent",
      "DOMException",
      "ByteLengthQueuingStrategy",
      "CountQueuingStrategy",
      "ReadableStreamDefaultReader",
      "ReadableStreamBYOBReader",
      "ReadableStreamDefaultController",
      "ReadableByteStreamController",
      "ReadableStreamBYOBRequest",
      "WritableStreamDefaultWriter",
      "WritableStreamDefaultController",
      "TransformStreamDefaultController",
    ]),
    AsyncLocalStorage,
    AsyncResource,
  },
  async: pick([
    "Blob",
    "File",
    "ReadableStream",
    "WritableStream",
    "TransformStream",
    "TextEncoderStream",
    "TextDecoderStream",
    "CompressionStream",
    "DecompressionStream",
  ]),
  Request,
  Response,
  AbortSignal,
  atob,
  btoa,
};

/** The globals that are the same object in every realm, ready for one defineProperties. */
const common = Object.fromEntries(
  Object.entries({ ...binary, ...web.plain }).map(([name, value]) => [
    name,
    { value, writable: true, enumerable: false, configurable: true },
  ]),
);

const webCrypto = pick(["crypto", "Crypto", "SubtleCrypto", "CryptoKey"]);
const hostErrors: Record<string, ErrorConstructor> = {
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
} as unknown as Record<string, ErrorConstructor>;

/** The host's objects that realms see, so that nobody freezes them. */
let hostObjects: WeakSet<object> | null = null;
const objectsOfHost = (): WeakSet<object> =>
  (hostObjects ??= sharedObjects([...Object.values({ ...binary, ...web.plain, ...web.async }), Request, Response, AbortSignal]));

/** The parts that are the same for all realms of a thread. */
const shared = {
  isProxy,
  bytesOf,
  isShared: (value: object): boolean => objectsOfHost().has(value),
  kindOf: (value: object): string => kindOf(value, objectsOfHost()),
  common,
  web,
  webCrypto,
  crypto: hostCrypto,
  isPromise,
  structuredClone,
  timeOrigin: performance.timeOrigin,
  raw: (text: string) => new RawText(text),
  isHostError: (value: unknown, name: string): boolean =>
    name === "Error" ? isNativeError(value) || value instanceof Error : value instanceof (hostErrors[name] ?? Error),
  formatFrames,
  mapStack,
  follow: (promise: Promise<unknown>, resolve: (value: unknown) => void, reject: (failure: Failure) => void): void => {
    promise.then(resolve, (error) => reject(failureOf(error)));
  },
};

/** The host object of one realm. */
export function createHost(state: RealmState) {
  return {
    ...shared,
    now: (): number => {
      state.timeObserved = true;
      return state.nowMs;
    },
    performanceNow: (): number => {
      if (state.timers) return performance.now();
      return state.ticking ? (state.ticks += 0.005) : 0;
    },
    random: (): number => state.random.float(),
    fillRandom: (bytes: Uint8Array): void => {
      if (state.phase === "import") throw new Error("Can't use cryptographic randomness while a module is imported.");
      bytes.set(state.random.bytes(bytes.byteLength));
    },
    noteHostWork: (): void => {
      state.hostWork = true;
    },
    inCall: (): boolean => state.phase === "call",
    log: (level: string, args: readonly unknown[]): void => {
      if (state.phase !== "closed") state.port.log(level, formatLog(args));
    },
    syscall: (op: string, args: string): string | Failure => {
      try {
        return state.port.syscall(op, args);
      } catch (error) {
        return failureOf(error);
      }
    },
    asyncSyscall: (
      op: string,
      args: string,
      resolve: (text: string) => void,
      reject: (failure: Failure) => void,
    ): void => {
      try {
        Promise.resolve(state.port.asyncSyscall(op, args)).then(resolve, (error) => reject(failureOf(error)));
      } catch (error) {
        reject(failureOf(error));
      }
    },
    jsSyscall: (op: string, args: object): { value: unknown } | { failure: Failure } => {
      try {
        return { value: state.port.jsSyscall(op, args as Record<string, unknown>) };
      } catch (error) {
        return { failure: failureOf(error) };
      }
    },
    compile: (path: string): unknown => state.compile(path),
    evaluate: (text: string): unknown => state.evaluate(text),
    resolve: (from: string, specifier: string): string | null => state.modules?.resolve(from, specifier) ?? null,
    fetch: (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const own = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      const end = state.abort?.signal;
      const signal = own && end ? AbortSignal.any([own, end]) : (own ?? end ?? null);
      return (state.port.fetch ?? fetch)(input, { ...init, signal });
    },
    setTimeout: (callback: () => void, ms: unknown): number => state.timers?.start(callback, ms, false) ?? 0,
    setInterval: (callback: () => void, ms: unknown): number => state.timers?.start(callback, ms, true) ?? 0,
    clearTimer: (id: unknown): void => state.timers?.clear(id),
  };
}

/** Frames of an error that are shown. */
const MAX_FRAMES = 16;

/** The frames that lie in user code, one per line, with the positions people know. */
function formatFrames(sites: readonly NodeJS.CallSite[]): string {
  const lines: string[] = [];
  for (const site of sites) {
    if (lines.length === MAX_FRAMES) break;
    const file = site.getFileName();
    const line = site.getLineNumber() ?? 0;
    const column = site.getColumnNumber() ?? 0;
    const mapped = file ? mapPosition(file, line, column) : null;
    if (!mapped) continue;
    const place = `${mapped.file}:${mapped.line}:${mapped.column}`;
    lines.push(`    at ${site.toString().replace(`${file}:${line}:${column}`, place)}`);
  }
  return lines.join("\n");
}

/** The same for a stack that was formatted elsewhere. */
function mapStack(stack: string): string {
  const lines: string[] = [];
  for (const line of stack.split("\n")) {
    const found = /(convex-module:[^\s()]+):(\d+):(\d+)/.exec(line);
    const mapped = found?.[1] ? mapPosition(found[1], Number(found[2]), Number(found[3])) : null;
    if (found && mapped) lines.push(line.replace(found[0], `${mapped.file}:${mapped.line}:${mapped.column}`));
    else if (/^\s+at .*\.\.\/[^:]+:\d+:\d+\)?$/.test(line)) lines.push(line);
  }
  return lines.join("\n");
}
