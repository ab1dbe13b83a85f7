/** The thread in which pushed code is imported and looked at. */
import { parentPort, workerData } from "node:worker_threads";
import { Loader } from "../functions/loader.ts";
import { checkCronExpression } from "../scheduler/cron-schedule.ts";
import {
  outcomeOf,
  valueOf,
  type AnalysisWorkerData,
  type FromAnalysis,
  type NodeFunctions,
  type Outcome,
  type ToAnalysis,
} from "./analysis-messages.ts";
import { analysisTasks } from "./analysis-tasks.ts";

const { cacheDir, projectDir } = workerData as AnalysisWorkerData;
const post = (message: FromAnalysis): void => parentPort!.postMessage(message);

/** Questions about "use node" modules, which the server imports in another thread. */
const asked = new Map<number, (outcome: Outcome) => void>();
let lastQuestion = 0;

const tasks = analysisTasks({
  loader: new Loader(cacheDir),
  checkCronExpression,
  projectDir: projectDir ?? undefined,
  async analyzeNode(set, paths, env) {
    const id = ++lastQuestion;
    const answer = new Promise<Outcome>((resolve) => asked.set(id, resolve));
    post({ t: "node", id, set, paths, env });
    return valueOf(await answer) as NodeFunctions;
  },
});

parentPort!.on("message", (message: ToAnalysis) => {
  if (message.t === "node") {
    asked.get(message.id)?.(message.outcome);
    asked.delete(message.id);
    return;
  }
  const { id, task, args } = message;
  const run = tasks[task] as (...args: unknown[]) => Promise<unknown>;
  void outcomeOf(() => run(...args)).then((outcome) => post({ t: "done", id, outcome }));
});
