/** What the server's thread and the one that analyses pushed code say to each other. */
import { UserError } from "../values/errors.ts";
import type { Json } from "../values/json.ts";
import type { ModuleSet } from "../functions/code.ts";
import type { AnalyzedFunction } from "./analyzed.ts";
import type { AnalysisTasks } from "./analysis-tasks.ts";

export interface AnalysisWorkerData {
  /** Where transformed modules are kept. */
  cacheDir: string;
  projectDir: string | null;
}

/** To the worker: a task, or what became of the "use node" modules it asked about. */
export type ToAnalysis =
  | { t: "task"; id: number; task: keyof AnalysisTasks; args: unknown[] }
  | { t: "node"; id: number; outcome: Outcome };

/** From the worker: the outcome of a task, or a question about "use node" modules. */
export type FromAnalysis =
  | { t: "done"; id: number; outcome: Outcome }
  | { t: "node"; id: number; set: ModuleSet; paths: string[]; env: Record<string, string> };

export type NodeFunctions = Map<string, AnalyzedFunction[]>;

/** A value, or an error: with a code when a person is to be told of it, without one for a fault. */
export type Outcome =
  | { ok: true; value: unknown }
  | { ok: false; code: string | null; message: string; stack?: string; httpStatus: number; data?: Json };

/** What became of `run`, as data. */
export async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    if (!(error instanceof UserError)) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      return { ok: false, code: null, message, httpStatus: 500, ...(stack === undefined ? {} : { stack }) };
    }
    const { code, message, httpStatus, data } = error;
    return { ok: false, code, message, httpStatus, ...(data === undefined ? {} : { data }) };
  }
}

/** The value of an outcome; throws its error. */
export function valueOf(outcome: Outcome): unknown {
  if (outcome.ok) return outcome.value;
  const { code, message, stack, httpStatus, data } = outcome;
  if (code !== null) throw new UserError(code, message, httpStatus, data);
  throw Object.assign(new Error(message), stack === undefined ? {} : { stack });
}
