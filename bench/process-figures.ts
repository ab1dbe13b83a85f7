import { existsSync, readFileSync } from "node:fs";

/** Of Linux: the clock ticks per second that /proc counts in; the same on all its usual machines. */
const TICKS_PER_SECOND = 100;

/** Whether memory and processor time of another process can be read here. */
export const canReadProcesses = existsSync("/proc/self/stat");

/** Memory of a process that lies in the machine's memory, bytes. Needs /proc. */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kib === undefined) throw new Error(`Process ${pid} has no memory to read.`);
  return Number(kib) * 1024;
}

/** Processor time that a process has used with all its threads, seconds. Needs /proc. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Whether `mainThreadMs` can be read here. */
export const canReadThreads = existsSync(`/proc/self/task/${process.pid}/schedstat`);

/**
 * Processor time that a process has used with its first thread alone, ms, to the nanosecond: Node's own thread, without those that compile
 * and collect beside it in bursts. Needs /proc.
 */
export function mainThreadMs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
}

/** The share of a core that a process uses during `ms`, in percent. */
export async function cpuShare(pid: number, ms: number): Promise<number> {
  const [before, from] = [cpuSeconds(pid), performance.now()];
  await new Promise((done) => setTimeout(done, ms));
  return ((cpuSeconds(pid) - before) / ((performance.now() - from) / 1000)) * 100;
}
