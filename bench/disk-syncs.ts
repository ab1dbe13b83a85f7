/**
 * `node bench/disk-syncs.ts [mutations]`: how often the disk is synchronised for each acknowledged group of mutations, one at
 * a time and 64 in flight, as the system itself counts (needs `strace`). Prints lines for the benchmark's page.
 */
import { canCountSyncs, countSyncs } from "../embedded/durability/disk-syncs.ts";

if (!canCountSyncs()) {
  console.error("This needs strace, and leave to trace one's own processes.");
  process.exit(1);
}
const mutations = Number(process.argv[2] ?? 2000);
console.log("| in flight | mutations | groups | mutations per group | log syncs per group | data file syncs (checkpoints) | other syncs |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const inFlight of [1, 64]) {
  const { groups, log, data, other } = await countSyncs({ mutations, inFlight });
  const cells = [inFlight, mutations, groups, (mutations / groups).toFixed(1), (log / groups).toFixed(2), data, other];
  console.log(`| ${cells.join(" | ")} |`);
}
process.exit(0);
