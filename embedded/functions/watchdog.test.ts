import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

/** Each in a process of its own: signals and memory belong to a whole process. */
async function inProcess(script: string): Promise<unknown> {
  const watchdog = new URL("watchdog.ts", import.meta.url).href;
  const source = `
    import { onInterrupt, runFor, stopReason } from ${JSON.stringify(watchdog)};
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    /** Waits for something that comes soon, or not at all. */
    const until = async (holds) => { for (let i = 0; i < 1_000 && !holds(); i++) await pause(10); };
    const loop = () => { for (;;); };
    let heard = 0;
    await onInterrupt(() => { heard += 1; });
    ${script}`;
  const args = ["--max-old-space-size=768", "--input-type=module", "--eval", source];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 110_000 });
  return JSON.parse(stdout);
}

it("F17: a loop ends in time, by the clock and by the processor's; what follows it does not", { timeout: 120_000 }, async () => {
  const script = `
    const timed = (ms, cpuMs) => { const started = performance.now(); return [runFor(ms, loop, cpuMs), stopReason(), performance.now() - started]; };
    const results = [timed(300, 300), timed(30_000, 300)];
    let n = 0;
    results.push(runFor(300, () => { n += 1; }), n);
    console.log(JSON.stringify(results));
    process.exit();`;
  const [byClock, byProcessor, fine, ran] = (await inProcess(script)) as [[boolean, string, number], [boolean, string, number], boolean, number];
  expect([byClock.slice(0, 2), byProcessor.slice(0, 2), fine, ran]).toEqual([[false, "time"], [false, "time"], true, 1]);
  expect(byClock[2]).toBeGreaterThan(200);
  expect(byProcessor[2]).toBeLessThan(20_000);
});

it("F31: what takes too much memory ends long before its time, and the memory is given back", { timeout: 120_000 }, async () => {
  const script = `
    const kept = () => { const all = []; for (;;) all.push(new Uint8Array(10_000_000).fill(1)); };
    const objects = () => { const all = []; for (;;) all.push({ n: all.length, list: [all.length] }); };
    const results = [];
    for (const hog of [kept, objects, kept]) results.push([runFor(50_000, hog), stopReason()]);
    await until(() => process.memoryUsage.rss() < 400e6);
    console.log(JSON.stringify([...results, process.memoryUsage.rss()]));
    process.exit();`;
  const results = (await inProcess(script)) as unknown[];
  const bytes = results.pop();
  expect(results).toEqual([[false, "memory"], [false, "memory"], [false, "memory"]]);
  expect(bytes).toBeLessThan(400e6);
});

it("O8: a real Ctrl-C is heard, also while others listen for it, and functions are stopped in time afterwards", { timeout: 120_000 }, async () => {
  const script = `
    process.kill(process.pid, "SIGINT");
    await until(() => heard === 1);
    const idle = heard;
    let others = 0;
    const listener = () => { others += 1; };
    process.on("SIGINT", listener);
    await pause(500);
    process.kill(process.pid, "SIGINT");
    await until(() => heard + others === 2);
    process.off("SIGINT", listener);
    await pause(500);
    const stopped = runFor(300, loop);
    await pause(200);
    console.log(JSON.stringify({ idle, either: heard + others, stopped }));
    process.exit();`;
  expect(await inProcess(script)).toEqual({ idle: 1, either: 2, stopped: false });
});
