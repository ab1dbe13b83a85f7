import { parseArgs } from "node:util";
import { keepCompiled } from "./compile-cache.ts";

/** The command line of the embedded server: reads the arguments, starts a deployment, stops it on a signal. */

const USAGE = `Usage: node embedded/main.ts --data DIR [options]

  --data DIR            folder for the data; made when it is not there
  --port P              port of the API (3210)
  --site-port S         port of the HTTP actions (P + 1)
  --host ADDRESS        address to listen on (127.0.0.1)
  --allow-origin URL    origin of pages that may use the API; may be repeated
  --allow-host NAME     further host name requests may come under; may be repeated
  --admin-key KEY       admin key to use instead of the one kept in the data folder`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      port: { type: "string", default: "3210" },
      "site-port": { type: "string" },
      host: { type: "string" },
      "allow-origin": { type: "string", multiple: true },
      "allow-host": { type: "string", multiple: true },
      "admin-key": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  if (values.data === undefined) throw new Error("Say where the data is to be kept: --data DIR.");
  const port = parsePort("--port", values.port);
  keepCompiled();
  const { openDeployment } = await import("./deployment.ts");
  const deployment = await openDeployment({
    dataDir: values.data,
    port,
    sitePort: values["site-port"] === undefined ? (port === 0 ? 0 : port + 1) : parsePort("--site-port", values["site-port"]),
    allowedOrigins: values["allow-origin"] ?? [],
    allowedHosts: values["allow-host"] ?? [],
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values["admin-key"] === undefined ? {} : { adminKey: values["admin-key"] }),
  });
  console.log(`Deployment at ${deployment.url}, HTTP actions at ${deployment.siteUrl}, data in ${values.data}.`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      deployment.close().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
}

function parsePort(name: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${name} takes a number from 0 to 65535, not "${text}".`);
  return port;
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

main().catch(fail);
