/**
 * `npm run bench`: measures the embedded server and the desk on it from outside, suite by suite, in turns with a bare loop, so
 * that a machine that gets slower or faster meanwhile treats both alike. Prints one table and writes it down.
 */
import { machine } from "./machine.ts";
import { helpText, type Plan, readCommand } from "./options.ts";
import { keepResult } from "./results.ts";
import type { Suite } from "./suite.ts";
import { chain } from "./suites/chain.ts";
import { deadlines } from "./suites/deadlines.ts";
import { desk } from "./suites/desk.ts";
import { history } from "./suites/history.ts";
import { mutations } from "./suites/mutations.ts";
import { parked } from "./suites/parked.ts";
import { policy } from "./suites/policy.ts";
import { reads } from "./suites/reads.ts";
import { start } from "./suites/start.ts";
import { timers } from "./suites/timers.ts";
import { updates } from "./suites/updates.ts";
import { verify } from "./suites/verify.ts";
import { workflow } from "./suites/workflow.ts";
import { type Part, renderTable } from "./table.ts";

const suites: readonly Suite[] = [mutations, workflow, updates, parked, timers, start, reads, policy, desk, chain, deadlines, history, verify];
const names = suites.map(({ name }) => name);

/** Measures one suite; what it found is kept unless the plan is the quick one. Null when it failed, after saying why. */
async function run(suite: Suite, plan: Plan): Promise<Part | null> {
  const from = performance.now();
  const facts = machine();
  try {
    const { lines, method, samples } = await suite.measure(plan, (text) => console.log(`${suite.name}: ${text} …`));
    const part = { title: suite.title, machine: facts, method, lines };
    if (plan.kind === "full") keepResult(suite.name, { ...part, plan, samples }, names);
    console.log(`${suite.name}: ${seconds(from)} s`);
    return part;
  } catch (error) {
    console.error(`${suite.name} failed after ${seconds(from)} s:`, error);
    process.exitCode = 1;
    return null;
  }
}

function seconds(from: number): number {
  return Math.round((performance.now() - from) / 1000);
}

/** Ends the process with a sentence for words the command line does not know. */
function commandOrEnd(): ReturnType<typeof readCommand> {
  try {
    return readCommand(process.argv.slice(2), names);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

const started = performance.now();
const command = commandOrEnd();
if (command === null) console.log(helpText(names));
else {
  const parts: Part[] = [];
  for (const suite of suites.filter(({ name }) => command.suites.includes(name))) {
    const part = await run(suite, command.plan);
    if (part !== null) parts.push(part);
  }
  console.log(`\n${renderTable(parts)}\n\nThis took ${seconds(started)} s.`);
}
