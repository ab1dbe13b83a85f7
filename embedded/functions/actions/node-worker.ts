/**
 * The thread for `"use node"` modules: ordinary Node code, imported from files. All calls share its globals, so the
 * `Convex` object and the console find the call they belong to by its asynchronous context.
 */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { workerData } from "node:worker_threads";
import { analyzeExports, DefinitionError, type NodeFunction } from "./analyze-exports.ts";
import { installConsole } from "./node-console.ts";
import { NodeErrors } from "./node-errors.ts";
import { fileOf, type NodeThreadData } from "./node-modules.ts";
import type { ActionTarget } from "./protocol.ts";
import { currentCall, report, serve, type Ended } from "./serve.ts";
import type { WorkerCall } from "./worker-call.ts";

const { dir, sourceMaps } = workerData as NodeThreadData;
const errors = new NodeErrors(dir, sourceMaps);

function callOf(op: string): WorkerCall {
  const call = currentCall.getStore();
  if (!call) throw new Error(`Can't use the operation ${op} outside of a running action.`);
  return call;
}

Object.assign(globalThis, {
  Convex: {
    syscall: (op: string) => callOf(op).syscall(op),
    asyncSyscall: async (op: string, args: string) => callOf(op).asyncSyscall(op, args),
    jsSyscall: (op: string, args: Record<string, unknown>) => callOf(op).jsSyscall(op, args),
  },
  // CommonJS packages inside a bundle reach Node's own modules by this.
  require: createRequire(pathToFileURL(`${dir}/`)),
});
installConsole(report);

async function run(call: WorkerCall): Promise<Ended> {
  const { target } = call.start;
  try {
    if (target.kind === "http") throw new Error("HTTP actions cannot run in Node.js.");
    const work = target.kind === "analysis" ? analyze(target.paths) : runAction(call, target);
    return { value: await Promise.race([work, call.stopped]) };
  } catch (thrown) {
    return { failure: errors.describe(thrown) };
  }
}

async function runAction(call: WorkerCall, { module, name, args }: ActionTarget): Promise<string> {
  const fn = (await load(module))[name] as { invokeAction?: unknown } | undefined;
  if (typeof fn?.invokeAction !== "function") throw new Error(`${module}:${name} is not an action.`);
  return String(
    await (fn as { invokeAction(requestId: string, args: string): unknown }).invokeAction(call.start.requestId, args),
  );
}

async function analyze(paths: string[]): Promise<string> {
  const found: [string, NodeFunction[]][] = [];
  for (const path of paths) {
    try {
      found.push([path, analyzeExports(path, await load(path))]);
    } catch (thrown) {
      const problem = thrown instanceof DefinitionError ? thrown.message : errors.describe(thrown).message;
      throw new Error(`Failed to analyze ${path}: ${problem}`, { cause: thrown });
    }
  }
  return JSON.stringify(found);
}

async function load(path: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(fileOf(dir, path)).href)) as Record<string, unknown>;
}

serve(run, (thrown) => errors.describe(thrown).message);
