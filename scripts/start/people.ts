// Who can be at the desk: the made-up people of a demo, or real ones, of whom the first is an admin.

import { convexCli, type Target } from "./convex-cli.ts";
import { StartError } from "./options.ts";

/**
 * Switches demo mode on. A desk that already has people or requests refuses: unasked, it simply starts without.
 * @throws StartError with one sentence where it was asked for and refused
 */
export async function enableDemo(projectDir: string, target: Target, asked: "auto" | "on"): Promise<"on" | "off"> {
  const refused = await run(projectDir, target, "desk:enableDemo");
  if (!refused) return "on";
  if (refused.includes("demoBeyondLoopback")) {
    throw new StartError("A demo lets anybody in without a password, so it runs only on this machine's own addresses: start with --no-demo.");
  }
  if (!refused.includes("demoNotEmpty")) throw new StartError(refused);
  if (asked === "on") throw new StartError("This desk is not empty: a demo workspace needs a data folder of its own. Choose one with --data.");
  return "off";
}

/**
 * Turns a demo into a desk of real people: the demo people leave, the history stays.
 * @throws StartError with one sentence where the desk is no demo
 */
export async function leaveDemo(projectDir: string, target: Target): Promise<void> {
  const refused = await run(projectDir, target, "desk:leaveDemo");
  if (!refused) return;
  if (refused.includes("notDemo")) throw new StartError("This desk is not a demo, so there is none to leave: start it without --leave-demo.");
  throw new StartError(refused);
}

/** A link that makes the first admin, or null where there is an admin who can sign in, or the desk is a demo. */
export async function setupLink(projectDir: string, target: Target): Promise<string | null> {
  try {
    return (JSON.parse(await convexCli(projectDir, target, ["run", "accounts:firstAdmin"])) as { link: string }).link;
  } catch (error) {
    if (error instanceof StartError && /adminThere|demoOn/.test(error.message)) return null;
    throw error;
  }
}

/** Runs an internal function that answers nothing of interest: what the command line complained of, null when it did not. */
async function run(projectDir: string, target: Target, name: string): Promise<string | null> {
  try {
    await convexCli(projectDir, target, ["run", name]);
    return null;
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
}
