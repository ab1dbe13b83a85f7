// @vitest-environment node
// Sealing a period. Rules S1 to S3 in shared/audit/README.md.

/// <reference types="vite/client" />
import { expect, test, vi } from "vitest";
import { api, internal } from "../_generated/api";
import { webVerify } from "../shared/audit/checkpoint";
import { webHashing } from "../shared/audit/hashing";
import { checkChain } from "../shared/audit/proof";
import { check, checkpointAll, exported, withKey } from "../testing/audit.helper";
import { type Desk, quietWithFakeTimers, settle, submitted } from "../testing/desk.helper";
import { approve, cast } from "../testing/review.helper";

quietWithFakeTimers();

/** A desk with a request that is over, everything of it in a checkpoint, and a whole export. */
async function lived() {
  await withKey();
  const on = await cast();
  await checkpointAll(on.desk); // takes the key into use
  const requestId = await submitted(on.desk, on.requester);
  await approve(on.priya, requestId);
  await settle(on.desk);
  await checkpointAll(on.desk);
  const text = await exported(on.desk);
  return { ...on, requestId, text, size: (await leaves(on.desk)).length };
}

const leaves = (desk: Desk) => desk.run((ctx) => ctx.db.query("auditLeaves").collect());
const events = (desk: Desk) => desk.run((ctx) => ctx.db.query("auditEvents").collect());
const trailerOf = (text: string) => text.trimEnd().split("\n").at(-1) ?? "";

test("S1: nothing is dropped without a whole export that this desk signed and that reaches the end of the period", async () => {
  const { desk, text, size } = await lived();
  const before = (await events(desk)).length;
  const seal = (trailers: string[], to = size) => desk.mutation(internal.auditSealing.seal, { size: to, trailers });
  const trailer = trailerOf(text);
  await expect(seal([])).rejects.toThrow("does not hold all");
  await expect(seal([trailer], size - 1)).rejects.toThrow("No checkpoint ends after");
  await expect(seal([trailer.replace(/"events":\d+/, '"events":1')])).rejects.toThrow("is not signed by this desk");
  await expect(seal([text.split("\n")[0] ?? ""])).rejects.toThrow("is no trailer");
  await expect(seal([trailer, trailer])).rejects.toThrow("is not that of part 2");
  expect(await events(desk)).toHaveLength(before);
});

test("S2: what was sealed is gone but for the end of each chain, and everything after it is proven as before", async () => {
  const { desk, requester, helen, requestId, text, size } = await lived();
  expect(await desk.query(internal.auditSealing.plan, { before: "2999-01-01" })).toMatchObject({ size, checkpoint: 1 });
  const chains = new Set((await events(desk)).map(({ chain }) => chain));
  await desk.mutation(internal.auditSealing.seal, { size, trailers: [trailerOf(text)] });
  await settle(desk);
  const kept = (await events(desk)).filter(({ event }) => event.kind !== "sealed");
  expect(kept.length).toBeGreaterThan(0);
  expect(new Set(kept.map(({ chain }) => chain)).size).toBe(kept.length);
  expect(kept.length).toBeLessThanOrEqual(chains.size);

  await requester.mutation(api.decisions.comment, { requestId, text: "Thank you." });
  vi.advanceTimersByTime(3_000);
  await checkpointAll(desk);
  const proof = await helen.query(api.audit.proof, { requestId });
  if (proof === null) throw new Error("The request is gone.");
  const finding = await checkChain(proof, webHashing, webVerify);
  expect(finding).toMatchObject({ kind: "unaltered", events: 2, proven: 2 });
  expect(finding.kind === "unaltered" && finding.first).toBeGreaterThan(1);
  const report = await check([await exported(desk)]);
  expect(report).toMatchObject({ sealed: size, complete: true, proven: (await events(desk)).length });
});

test("S3: only model/audit*.ts and the erasing of words write the tables of the history, and only sealing deletes events", async () => {
  const sources = import.meta.glob<string>(["../**/*.ts", "!../**/*.*.ts", "!../_generated/**"], { query: "?raw", import: "default" });
  const writes = /db\s*\.(?:insert|patch|replace|delete)\(\s*"audit(?:Events|Words|BlockWords|Blocks|Leaves|Tiles|Checkpoints|Keys|Seals)"/;
  const changesEvents = /db\s*\.(?:patch|replace|delete)\(\s*"auditEvents"/;
  const found: string[] = [];
  const changing: string[] = [];
  for (const [path, load] of Object.entries(sources)) {
    const source = await load();
    if (writes.test(source)) found.push(path.replace(/^.*\//, ""));
    if (changesEvents.test(source)) changing.push(path.replace(/^.*\//, ""));
  }
  expect(found.sort()).toEqual(["audit.ts", "auditBlocks.ts", "auditKeys.ts", "auditSeals.ts", "auditTree.ts", "checkpoints.ts", "eraseWords.ts"]);
  expect(changing).toEqual(["auditSeals.ts"]);
});
