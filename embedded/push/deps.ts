/** What pushing needs of the rest of the server. */
import type { Code } from "../functions/code.ts";
import type { Runner } from "../functions/runner.ts";
import type { Store } from "../storage/store.ts";
import type { AnalysisTasks } from "./analysis-tasks.ts";
import type { Origins } from "./load.ts";
import type { SchemaBuilds } from "./schema-builds.ts";
import type { LogStream } from "./log-stream.ts";

export interface PushDeps {
  /** Where pushed code is imported. */
  analysis: AnalysisTasks;
  /** What goes on after `start_push` has answered. */
  builds: SchemaBuilds;
  /** Told of faults. */
  report: (error: unknown) => void;
  store: Store;
  runner: Runner;
  /** The code that runs now. */
  code: () => Code;
  origins: Origins;
  logs: LogStream;
  /** Whether `key` is the admin key (for the endpoints that carry it in the body). */
  checkAdminKey: (key: string) => boolean;
}
