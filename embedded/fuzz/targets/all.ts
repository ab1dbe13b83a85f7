import { record } from "../recorded.ts";
import { startServer } from "../server-process.ts";
import { pushTargets } from "./pushes.ts";
import { requestTargets } from "./requests.ts";
import { sessionTarget } from "./sessions.ts";
import type { Target } from "./target.ts";
import { transferTargets } from "./transfers.ts";
import { valueTargets } from "./values.ts";

/** Everything that parses what comes from outside, with samples of what real clients send to a real server. */
export async function allTargets(): Promise<{ targets: Target[]; end(): void }> {
  const server = await startServer({});
  const recording = await record(server).finally(() => server.end());
  const bodies = recording.pushes.flatMap(({ path, body }) => (path.endsWith("start_push") && body !== null ? [body] : []));
  const transfers = transferTargets();
  const targets = [
    ...valueTargets,
    ...(await requestTargets(recording.sessions, recording.requests)),
    sessionTarget(recording.sessions, server.adminKey),
    ...pushTargets(bodies),
    ...transfers.targets,
  ];
  return { targets, end: transfers.end };
}
