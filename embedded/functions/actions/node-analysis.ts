/** Which functions the `"use node"` modules of a push define, found by importing them in a thread of their own. */
import type { NodeFunction } from "./analyze-exports.ts";
import type { FromWorker, StartMessage } from "./protocol.ts";
import type { PlacedCall } from "./thread.ts";
import type { ThreadGroup } from "./thread-group.ts";

/** Time for importing all node modules of a push, in ms. */
const LIMIT_MS = 30_000;
/** Lines logged while importing that are shown with an error. */
const SHOWN_LINES = 20;

/**
 * Imports the modules `paths` in `group`, a thread of their own, and gives each one's functions. Rejects with an Error
 * for people: a module that cannot be imported, that defines something other than actions, or that does not come to
 * an end.
 */
export async function analyzeNodeModules(group: ThreadGroup, paths: string[]): Promise<Map<string, NodeFunction[]>> {
  const logged: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  try {
    const text = await new Promise<string>((resolve, reject) => {
      const fail = (message: string): void => reject(new Error([message, ...logged.slice(-SHOWN_LINES)].join("\n")));
      timer = setTimeout(() => fail(`Importing the "use node" modules took more than ${LIMIT_MS / 1000} s.`), LIMIT_MS);
      const start: StartMessage = {
        t: "start",
        call: 1,
        claim: new SharedArrayBuffer(4),
        requestId: "",
        filesDir: "",
    code: null,
        target: { kind: "analysis", paths },
      };
      const call: PlacedCall = {
        id: 1,
        start,
        begun: () => undefined,
        receive: (message: Extract<FromWorker, { call: number }>) => {
          if (message.t === "log") logged.push(`[${message.level}] ${message.text}`);
          else if (message.t === "syscall") {
            const error = { message: "Nothing can be asked of the deployment while a module is imported." };
            group.post(call, { t: "reply", call: 1, id: message.id, error });
          } else if (message.t === "done") {
            if ("error" in message) fail(message.error.message.replace(/^Uncaught Error: /, "").trimEnd());
            else resolve(message.value ?? "[]");
          }
        },
        threadLost: (reason) => fail(`The "use node" modules could not be imported: ${reason}.`),
      };
      group.submit(call);
    });
    return new Map(JSON.parse(text) as [string, NodeFunction[]][]);
  } finally {
    clearTimeout(timer);
  }
}
