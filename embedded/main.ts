import { parseArgs } from "node:util";
import { keepCompiled } from "./compile-cache.mjs";
import { DATA_COMMANDS_USAGE, isDataCommand, runDataCommand } from "./data-commands.ts";
import { formatForStandardError, LOG_LEVELS, type Logger } from "./operations/log.ts";

/** The command line of the embedded server: reads the arguments, starts a deployment, stops it on a signal. */

const USAGE = `Usage: node embedded/main.ts --data DIR [options]

  --data DIR            folder for the data; made when it is not there
  --port P              port of the API (3210)
  --site-port S         port of the HTTP actions (P + 1)
  --host ADDRESS        address to listen on (127.0.0.1)
  --allow-origin URL    origin of pages that may use the API; may be repeated
  --allow-host NAME     further host name requests may come under; may be repeated
  --admin-key KEY       admin key to use instead of the one kept in the data folder
  --log-level LEVEL     what is logged on standard error: error, warn, info (the default) or debug
  --log-format FORMAT   json or text; text on a terminal, json elsewhere unless given
  --log-functions       log every execution too, with what it printed`;

/** How long a stop may take, ms: calls under way, then the files. */
const STOP_LIMIT_MS = 10_000;

async function main(): Promise<void> {
  // Nothing that the server or its functions write is for others on the machine (D12).
  process.umask(0o077);
  const command = process.argv[2];
  if (isDataCommand(command)) return console.log(await runDataCommand(command, process.argv.slice(3)));
  const startedAt = performance.now();
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      port: { type: "string", default: "3210" },
      "site-port": { type: "string" },
      host: { type: "string" },
      "allow-origin": { type: "string", multiple: true },
      "allow-host": { type: "string", multiple: true },
      "admin-key": { type: "string" },
      "log-level": { type: "string", default: "info" },
      "log-format": { type: "string", default: formatForStandardError() },
      "log-functions": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(`${USAGE}\n\n${DATA_COMMANDS_USAGE}`);
  if (values.data === undefined) throw new Error("Say where the data is to be kept: --data DIR.");
  const port = parsePort("--port", values.port);
  const sitePort = values["site-port"] === undefined ? (port === 0 ? 0 : port + 1) : parsePort("--site-port", values["site-port"]);
  const level = oneOf("--log-level", LOG_LEVELS, values["log-level"]);
  const format = oneOf("--log-format", ["json", "text"] as const, values["log-format"]);
  keepCompiled();
  const [{ openDeployment }, { stopOnSignals }] = await Promise.all([import("./deployment.ts"), import("./operations/stop.ts")]);
  const opening = openDeployment({
    dataDir: values.data,
    port,
    sitePort,
    allowedOrigins: values["allow-origin"] ?? [],
    allowedHosts: values["allow-host"] ?? [],
    log: { level, format, functions: values["log-functions"] },
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values["admin-key"] === undefined ? {} : { adminKey: values["admin-key"] }),
  });
  let log: Logger | null = null;
  const hearing = stopOnSignals({
    close: async () => (await opening).close(),
    limitMs: STOP_LIMIT_MS,
    onStopping: (signal) => log?.info("stopping", { signal }),
    onStopped: ({ inTime, error }) => {
      if (error !== undefined) log?.error("stopped", { error });
      else if (inTime) log?.info("stopped");
      else log?.error("stopped", { problem: `Not everything ended within ${STOP_LIMIT_MS / 1000} s; what was acknowledged is on disk.` });
    },
  });
  const deployment = await opening;
  await hearing;
  const { url, siteUrl } = deployment;
  log = deployment.log;
  console.log(`Deployment at ${url}, HTTP actions at ${siteUrl}, data in ${values.data}.`);
  log.info("started", { url, siteUrl, data: values.data, ms: Math.round(performance.now() - startedAt), pid: process.pid });
}

function parsePort(name: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${name} takes a number from 0 to 65535, not "${text}".`);
  return port;
}

function oneOf<const T extends readonly string[]>(name: string, known: T, text: string): T[number] {
  if (known.includes(text)) return text as T[number];
  throw new Error(`${name} takes one of ${known.join(", ")}, not "${text}".`);
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

main().catch(fail);
