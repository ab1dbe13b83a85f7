/** The thread that writes an export, so that packing holds up nobody. */
import { parentPort, workerData } from "node:worker_threads";
import { writeSnapshot } from "./export-snapshot.ts";

/** What the thread is started with. */
export interface ExportThreadData {
  dataDir: string;
  path: string;
  includeStorage: boolean;
}

/** What it tells: first the timestamp (ns, decimal) of the exported commit, then that the file is whole. */
export type ExportMessage = { begun: string } | { done: true };

const tell = (message: ExportMessage): void => parentPort?.postMessage(message);

await writeSnapshot({ ...(workerData as ExportThreadData), begun: (ts) => tell({ begun: String(ts) }) });
tell({ done: true });
