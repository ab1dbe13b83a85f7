import type { CpuProfile } from "./inspector.ts";

/**
 * Which part of the server a function belongs to, by the file it stands in. What has no file (built-in functions, SQLite's
 * among them) belongs to whoever called it.
 */
const PARTS: readonly (readonly [where: RegExp, part: string])[] = [
  [/\/embedded\/storage\/database\.ts#(commit|begin)$/, "COMMIT and disk"],
  [/\/embedded\/functions\/gate\.ts/, "Gate and COMMIT"],
  [/\/embedded\/functions\/(realm|reuse)\b|^convex-bootstrap/, "Scopes: making, running, putting back"],
  [/\/embedded\/functions\/(runner|query-run|query-cache|mutation-task|transaction-call|watchdog|call-|log-lines|listeners)/, "Calls: start, stack, result"],
  [/\/embedded\/functions\//, "System calls of functions"],
  [/\/embedded\/(storage|query)\//, "Storage and SQLite"],
  [/\/embedded\/values\//, "Values: checks, keys, text"],
  [/\/embedded\/sync\//, "Sessions and live queries"],
  [/\/embedded\/scheduler\//, "Scheduler"],
  [/\/embedded\/(http|auth|operations)\//, "Sockets and HTTP"],
  [/\/node_modules\/(ws|jose)\/|^node:(net|http|_http|internal\/(stream|http|js_stream|crypto|url|webstreams)|zlib|stream|buffer|events|internal\/buffer)/, "Sockets and HTTP"],
  [/\/embedded\/|^node:/, "Everything else of the server"],
];

const GARBAGE = "Garbage collection";
const NATIVE = "Engine and system";
/** Code of pushed functions has an address of its own, which no file of the server has. */
const PUSHED = "Code of functions, SDK and components in it";

/** Milliseconds of processor time by part, waiting left out. */
export function partsOf(profile: CpuProfile): Map<string, number> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const known = new Map<number, string>();
  const partOf = (id: number): string => {
    const found = known.get(id) ?? ownPart(nodes.get(id)!.callFrame) ?? (parents.has(id) ? partOf(parents.get(id)!) : NATIVE);
    known.set(id, found);
    return found;
  };
  const parts = new Map<string, number>();
  profile.samples.forEach((id, i) => {
    if (nodes.get(id)!.callFrame.functionName === "(idle)") return;
    const part = partOf(id);
    parts.set(part, (parts.get(part) ?? 0) + (profile.timeDeltas[i] ?? 0) / 1000);
  });
  return parts;
}

function ownPart({ functionName, url }: CpuProfile["nodes"][number]["callFrame"]): string | null {
  if (functionName === "(garbage collector)") return GARBAGE;
  if (url === "") return null;
  const part = PARTS.find(([where]) => where.test(`${url}#${functionName}`))?.[1];
  return part ?? PUSHED;
}

/** Rows of the table: part, share of all, milliseconds for each of `operations`; the largest first. */
export function tableOf(parts: ReadonlyMap<string, number>, operations: number): string[][] {
  const all = [...parts.values()].reduce((a, b) => a + b, 0);
  const text = (value: number, digits: number) => new Intl.NumberFormat("en", { maximumSignificantDigits: digits }).format(value);
  return [...parts]
    .sort(([, a], [, b]) => b - a)
    .filter(([, ms]) => ms / all >= 0.001)
    .map(([part, ms]) => [part, `${text((ms / all) * 100, 2)} %`, `${text(ms / operations, 2)} ms`]);
}
