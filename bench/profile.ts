/**
 * `node bench/profile.ts [--quick]`: where the server's main thread spends its time in one-document mutations and in the
 * desk's decisions, by part. Prints two tables and, unless `--quick`, writes them into docs/benchmarks.md.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { newFolder, push } from "./apps.ts";
import { burst } from "./burst.ts";
import { manyAtOnce } from "./decisions.ts";
import { prepareDesk } from "./desk-run.ts";
import { INSPECT, Inspector } from "./inspector.ts";
import { machine } from "./machine.ts";
import { signIn } from "./people.ts";
import { partsOf, tableOf } from "./profile-parts.ts";
import { RawCaller } from "./raw-caller.ts";
import { type Server, startServer } from "./server.ts";
import { columns, withTable } from "./table.ts";

interface Profiled {
  title: string;
  rows: string[][];
}

const IN_FLIGHT = 64;
const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const counts = values.quick ? { mutations: 2_000, decisions: 8 } : { mutations: 20_000, decisions: 128 };
const page = join(import.meta.dirname, "../docs/benchmarks.md");

async function profiledMutations(): Promise<Profiled> {
  const dir = newFolder();
  const server = await startServer(dir, [INSPECT]);
  try {
    await push("plain", server);
    const callers = await Promise.all(Array.from({ length: IN_FLIGHT }, () => RawCaller.connect(server.url)));
    const work = (count: number) => burst(callers, count, (caller, n) => caller.mutation("notes:add", { topic: "profile", n }));
    await work(counts.mutations / 4);
    const rows = await profiled(server, counts.mutations, () => work(counts.mutations));
    for (const caller of callers) caller.close();
    return { title: `${counts.mutations.toLocaleString("en")} one-document mutations, ${IN_FLIGHT} in flight`, rows };
  } finally {
    await server.kill();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function profiledDecisions(): Promise<Profiled> {
  const { dataDir, port, tasks } = await prepareDesk(counts.decisions);
  const dir = newFolder();
  cpSync(dataDir, dir, { recursive: true });
  const server = await startServer(dir, [INSPECT], port + 1);
  try {
    const { reviewer } = await signIn(server.url);
    const warmUp = tasks.splice(0, Math.ceil(counts.decisions / 4));
    await manyAtOnce(reviewer, warmUp, warmUp.length);
    const rows = await profiled(server, tasks.length, () => manyAtOnce(reviewer, tasks, IN_FLIGHT));
    return { title: `${tasks.length} decisions of the desk, ${Math.min(IN_FLIGHT, tasks.length)} in flight, with what the workflows do meanwhile`, rows };
  } finally {
    await server.kill();
    for (const folder of [dir, dataDir]) rmSync(folder, { recursive: true, force: true });
  }
}

async function profiled(server: Server, operations: number, work: () => Promise<unknown>): Promise<string[][]> {
  const inspector = await Inspector.of(server);
  const profile = await inspector.profile(work);
  inspector.close();
  return tableOf(partsOf(profile), operations);
}

const { date, commit } = machine();
const tables = [await profiledMutations(), await profiledDecisions()];
const text = [
  `Profiled on ${date.slice(0, 10)}${commit === null ? "" : ` at commit ${commit}`}.`,
  ...tables.flatMap(({ title, rows }) => ["", `${title}:`, "", ...columns([["Part", "Share", "Each"], ...rows])]),
].join("\n");
console.log(text);
if (!values.quick) writeFileSync(page, withTable(readFileSync(page, "utf8"), text, "profile"));
