import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** What a person asked of `npm start`. */
export type StartOptions =
  | { kind: "help" }
  | { kind: "start"; port: number; dataDir: string; demo: DemoChoice };

/**
 * Whether the desk is a demo: "auto" makes one of an empty data folder, "on" insists on it, "off" begins with an empty desk,
 * "leave" turns a demo into a desk of real people.
 */
export type DemoChoice = "auto" | "on" | "off" | "leave";

/** A mistake of the person who started us: one sentence, no stack. */
export class StartError extends Error {}

export const defaultPort = 4600;
export const defaultDataDir = ".countersign";

export const help = `Countersign: an approval desk for AI agents.

  npm start                       start the desk and print its address
  npm start -- [options]

  --port P      the dashboard's port (default ${defaultPort}); the deployment listens on P+1, its HTTP actions on P+2
  --data DIR    where everything is kept (default ${defaultDataDir}/ in this folder)
  --demo        begin with a demo workspace (the default on an empty data folder)
  --no-demo     begin with an empty desk, and print a link for the first admin
  --leave-demo  turn a demo into a desk of real people: the demo people leave, the history stays
  --help        this text

Read from the environment:
  OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL     draft with that model instead of the built-in template model
  WEBHOOK_URL, WEBHOOK_SECRET                       perform approved actions through a signed webhook instead of the outbox
  WEBHOOK_ALLOWED_PRIVATE                           addresses outside the public internet that webhooks may be sent to
  AUDIT_WEBHOOK_URL, AUDIT_WEBHOOK_SECRET, AUDIT_FILE
                                                    send checkpoints of the history off this machine
  OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME, OIDC_DOMAINS
                                                    company sign-in by OpenID Connect
  SMTP_URL, MAIL_FROM                               send invitations and links for new passwords by e-mail
  CONVEX_SELF_HOSTED_URL, CONVEX_SELF_HOSTED_ADMIN_KEY, or CONVEX_DEPLOYMENT or CONVEX_DEPLOY_KEY
                                                    use that Convex deployment instead of the embedded one
`;

/**
 * Reads the command line of `npm start`.
 * @param argv the words after the script's name
 * @throws StartError with one sentence for an unknown option or a value that cannot be used
 */
export function readOptions(argv: string[]): StartOptions {
  let values: { port?: string; data?: string; demo?: boolean; "no-demo"?: boolean; "leave-demo"?: boolean; help?: boolean };
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        port: { type: "string" },
        data: { type: "string" },
        demo: { type: "boolean" },
        "no-demo": { type: "boolean" },
        "leave-demo": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    throw new StartError(`${(error as Error).message.split(". ")[0]}. \`npm start -- --help\` lists what there is.`);
  }
  if (values.help) return { kind: "help" };
  const choices = ([["demo", "on"], ["no-demo", "off"], ["leave-demo", "leave"]] as const).filter(([name]) => values[name]);
  if (choices.length > 1) {
    throw new StartError(`${choices.map(([name]) => `--${name}`).join(" and ")} exclude each other: give one of them.`);
  }
  const port = values.port === undefined ? defaultPort : Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_533) {
    throw new StartError(`--port takes a whole number from 1 to 65533 (the two ports above it are used too), not "${values.port}".`);
  }
  if (values.data === "") throw new StartError("--data takes the path of a folder.");
  return {
    kind: "start",
    port,
    dataDir: resolve(values.data ?? defaultDataDir),
    demo: choices[0]?.[1] ?? "auto",
  };
}
