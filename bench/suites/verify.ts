import { spawn } from "node:child_process";
import { hash } from "node:crypto";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { loadRules, type Rules } from "../../scripts/verify/rules.ts";
import { newFolder } from "../apps.ts";
import { exportFiles } from "../export-files.ts";
import { atLeast, type Line, values } from "../figures.ts";
import { withHistory } from "../history-folder.ts";
import type { Plan } from "../options.ts";
import { canReadProcesses, residentBytes } from "../process-figures.ts";
import { projectDir } from "../server.ts";
import type { Suite } from "../suite.ts";

const MIB = 2 ** 20;

interface Runs {
  events: number;
  lines: number;
  bytes: number;
  parts: number;
  /** Seconds of processor time of each run. */
  verified: number[];
  floor: number[];
  /** The largest size of the command, resident, bytes. */
  commandBytes: number;
}

/** An export of a desk checked without the desk: what each event costs a core, and the memory of the command. */
export const verify: Suite = {
  name: "verify",
  title: "An export checked offline",
  async measure(plan, say) {
    if (!canReadProcesses) throw new Error('The suite "verify" reads memory from /proc, which this system lacks.');
    const dir = newFolder();
    try {
      const files = await withHistory(plan.verify.events, say, async (server) => {
        say("exporting");
        return await exportFiles(server, dir);
      });
      say("checking");
      const runs = await measureFiles(files, plan);
      return { lines: linesOf(runs), method: methodOf(runs, plan), samples: runs };
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

async function measureFiles(files: readonly string[], plan: Plan): Promise<Runs> {
  const rules = await loadRules();
  const key = /"publicKey":"([^"]+)"/.exec(readFileSync(files[0]!, "utf8"))?.[1] ?? null;
  const runs: Runs = { events: 0, lines: 0, bytes: 0, parts: files.length, verified: [], floor: [], commandBytes: 0 };
  for (const file of files) runs.bytes += statSync(file).size;
  for (let run = 0; run < plan.verify.runs; run++) {
    runs.floor.push(await cpuSeconds(() => (runs.lines = parseAndHash(files))));
    runs.verified.push(await cpuSeconds(async () => (runs.events = await check(rules, files, key))));
  }
  runs.commandBytes = await largestSize(["scripts/verify.ts", ...files, ...(key === null ? [] : ["--key", key])]);
  return runs;
}

/** Checks the parts as the command does. Answers how many events they hold; throws where something is wrong. */
async function check({ createVerifier, nodeTools }: Rules, files: readonly string[], key: string | null): Promise<number> {
  const verifier = createVerifier(nodeTools(key));
  for (const file of files) {
    const bytes = readFileSync(file);
    let problem = null;
    for (let from = 0; from < bytes.length && problem === null; from += MIB) problem = await verifier.add(bytes.subarray(from, from + MIB));
    problem ??= await verifier.endOfFile();
    if (problem !== null) throw new Error(`${file}, line ${problem.line}: ${problem.reason}`);
  }
  return verifier.report().events;
}

/** The least that a check could do: every line parsed, and hashed once. Answers the number of lines. */
function parseAndHash(files: readonly string[]): number {
  let lines = 0;
  for (const file of files) {
    for (const line of readFileSync(file, "utf8").trimEnd().split("\n")) {
      const { kind } = JSON.parse(line) as { kind: string };
      if (kind !== "" && hash("sha256", line) !== "") lines++;
    }
  }
  return lines;
}

async function cpuSeconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Runs a script of the repository to its end: how large it was at its largest, bytes. Throws where it does not end with 0. */
async function largestSize([script = "", ...args]: string[]): Promise<number> {
  const child = spawn(process.execPath, [join(projectDir, script), ...args], { stdio: "ignore" });
  let largest = 0;
  const watch = setInterval(() => (largest = Math.max(largest, sizeOf(child.pid))), 20);
  const code = await new Promise((done) => child.once("exit", done).once("error", done));
  clearInterval(watch);
  if (code !== 0) throw new Error(`\`node ${script}\` ended with ${String(code)}.`);
  return largest;
}

/** The memory of a process, bytes; 0 where it has just begun or ended. */
function sizeOf(pid: number | undefined): number {
  try {
    return pid === undefined ? 0 : residentBytes(pid);
  } catch {
    return 0;
  }
}

function linesOf({ events, lines, bytes, parts, verified, floor, commandBytes }: Runs): Line[] {
  const here = values("per second", verified.map((seconds) => events / seconds));
  const text = `${events.toLocaleString("en")} events in ${parts} files of ${Math.round(bytes / MIB)} MiB in all`;
  return [
    {
      name: "Events checked per second of a core",
      here,
      floor: values("per second", floor.map((seconds) => lines / seconds)),
      target: atLeast("100,000/s", 100_000, here.value),
      includes: `${text}, by processor time: reading, hashes of records, words and tree, chains, signatures; the bare loop: each line parsed and hashed once`,
    },
    {
      name: "Memory of the command that checks",
      here: values("MB", [commandBytes / MIB]),
      floor: null,
      target: null,
      includes: `${text}; resident at its largest, Node itself and the bundling of the rules included`,
    },
  ];
}

function methodOf({ events, parts }: Runs, { verify: { runs } }: Plan): string {
  return `Runs: ${runs} in turns with the bare loop, on the whole export of a desk with ${events.toLocaleString("en")} events of BANKING77's texts, in ${parts} parts`;
}
