// The shape of the tree of RFC 6962 and the proofs about it, as far as they need no stored tree (rules M1 to M5 in README.md).
// A node is named by its level (0: a leaf) and its number at that level: it covers the leaves [number · 2^level, (number + 1) · 2^level).

import { EMPTY_ROOT, type Hashing, type HashingNow } from "./hashing";

/** A complete subtree: 2^level leaves, beginning at leaf `number` · 2^level. */
export type NodeAt = { level: number; number: number };

/**
 * The largest complete subtrees that together cover the leaves [from, to), in order: at most two for each level (M4).
 * `[]` where there is nothing to cover.
 */
export function covering(from: number, to: number): NodeAt[] {
  const nodes: NodeAt[] = [];
  for (let at = from; at < to;) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1;
    nodes.push({ level, number: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/** The largest power of two below `n`, which is at least 2: where RFC 6962 splits `n` leaves. */
export function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** A tree that grows at its right end and remembers only the roots of its complete subtrees, the largest first. */
export type Frontier = { size: number; hashes: string[] };

/** A tree without leaves. */
export function emptyFrontier(): Frontier {
  return { size: 0, hashes: [] };
}

/**
 * Puts a complete subtree of 2^level leaves at the right end. Throws a RangeError where none can stand there, because the
 * leaves before it do not fill whole subtrees of that size. It hashes at once: it is done for each event of an export.
 */
export function grow(frontier: Frontier, level: number, hash: string, hashing: HashingNow): void {
  if (frontier.size % 2 ** level !== 0) {
    throw new RangeError(`No subtree of level ${level} can stand at leaf ${frontier.size}.`);
  }
  let merged = hash;
  let size = frontier.size / 2 ** level;
  for (; size % 2 === 1; size = (size - 1) / 2) merged = hashing.node(frontier.hashes.pop() as string, merged);
  frontier.hashes.push(merged);
  frontier.size += 2 ** level;
}

/** The tree's root: the roots of its subtrees hashed together from the right; `EMPTY_ROOT` without leaves. */
export async function rootOf({ hashes }: Frontier, hashing: Hashing): Promise<string> {
  let root = hashes.at(-1);
  if (root === undefined) return EMPTY_ROOT;
  for (let i = hashes.length - 2; i >= 0; i -= 1) root = await hashing.node(hashes[i] as string, root);
  return root;
}

/**
 * The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2), to be compared with a checkpoint's; null where the
 * proof has not the form of one for leaf `index` (from 0) of a tree of `size`. `leaf` is the leaf's hash.
 */
export async function rootByInclusion(
  { leaf, index, size, proof }: { leaf: string; index: number; size: number; proof: readonly string[] },
  hashing: Hashing,
): Promise<string | null> {
  if (!isCount(index) || !isCount(size) || index >= size) return null;
  let [fn, sn, root] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      root = await hashing.node(sibling, root);
      for (; fn % 2 === 0 && fn !== 0; fn = half(fn)) sn = half(sn);
    } else {
      root = await hashing.node(root, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 ? root : null;
}

/**
 * Whether a tree of `to.size` leaves begins with all the leaves of one of `from.size`, in order (RFC 9162, section 2.1.4.2).
 * Every tree begins with the empty one.
 */
export async function isConsistent(
  from: { size: number; root: string },
  to: { size: number; root: string },
  proof: readonly string[],
  hashing: Hashing,
): Promise<boolean> {
  if (!isCount(from.size) || !isCount(to.size) || from.size > to.size) return false;
  if (from.size === to.size) return proof.length === 0 && from.root === to.root;
  if (from.size === 0) return proof.length === 0;
  const path = Number.isInteger(Math.log2(from.size)) ? [from.root, ...proof] : [...proof];
  const first = path.shift();
  if (first === undefined) return false;
  let [fn, sn] = [from.size - 1, to.size - 1];
  for (; fn % 2 === 1; fn = half(fn)) sn = half(sn);
  let [before, after] = [first, first];
  for (const sibling of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      before = await hashing.node(sibling, before);
      after = await hashing.node(sibling, after);
      for (; fn % 2 === 0 && fn !== 0; fn = half(fn)) sn = half(sn);
    } else {
      after = await hashing.node(after, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && before === from.root && after === to.root;
}

function half(n: number): number {
  return Math.floor(n / 2);
}

/** Whether a value can be a number of leaves. */
export function isCount(n: unknown): n is number {
  return typeof n === "number" && Number.isSafeInteger(n) && n >= 0;
}
