import * as fc from "fast-check";
import { expect, test } from "vitest";
import { digitsOf } from "../digest";
import { EMPTY_ROOT, webHashing } from "./hashing";
import { covering, emptyFrontier, grow, isConsistent, rootByInclusion, rootOf } from "./merkle";
import { nodeHashing } from "./tools.node";
import { append, type ChangedTile, type ReadTile, storedTree } from "./tiles";

// The leaves, roots and proofs of the reference tests of Certificate Transparency (google/certificate-transparency, merkletree).
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
const D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
const [R1, R2, , R4] = ROOTS as [string, string, string, string];
const INCLUSIONS = [
  { index: 0, size: 1, proof: [] },
  { index: 0, size: 8, proof: [A, B, C] },
  { index: 5, size: 8, proof: [D, E, R4] },
  { index: 2, size: 3, proof: [R2] },
  { index: 1, size: 5, proof: [R1, B, D] },
];
const CONSISTENCIES = [
  { from: 1, to: 1, proof: [] },
  { from: 1, to: 8, proof: [A, B, C] },
  { from: 6, to: 8, proof: [F, E, R4] },
  { from: 2, to: 5, proof: [B, D] },
];

/** A tree in memory, with its leaves appended in batches. */
async function treeWith(leaves: readonly string[], batches: readonly number[] = [leaves.length]) {
  const tiles = new Map<string, ChangedTile>();
  const read: ReadTile = (level, number) => Promise.resolve(tiles.get(`${level}/${number}`)?.tile ?? null);
  let size = 0;
  const written: ChangedTile[][] = [];
  for (const batch of [...batches, leaves.length]) {
    const changed = await append(read, size, leaves.slice(size, size + batch), webHashing);
    for (const tile of changed) tiles.set(`${tile.level}/${tile.number}`, tile);
    size = Math.min(leaves.length, size + batch);
    written.push(changed);
  }
  return { tree: storedTree(read, webHashing), tiles, written };
}

const reference = async () => {
  const leaves: string[] = [];
  for (const leaf of LEAVES) leaves.push(await webHashing.leaf(leaf));
  return leaves;
};
/** `n` leaf hashes that differ. */
const leavesOf = (n: number) => Array.from({ length: n }, (_, i) => i.toString(16).padStart(64, "0"));

test("M1: the roots of the reference tree", async () => {
  const leaves = await reference();
  const frontier = emptyFrontier();
  expect(await rootOf(frontier, webHashing)).toBe(EMPTY_ROOT);
  for (const [i, leaf] of leaves.entries()) {
    grow(frontier, 0, leaf, nodeHashing);
    expect(await rootOf(frontier, webHashing)).toBe(ROOTS[i]);
    expect(await (await treeWith(leaves)).tree.root(0, i + 1)).toBe(ROOTS[i]);
  }
});

test.each(INCLUSIONS)("M2: the reference proof that leaf $index is among $size", async ({ index, size, proof }) => {
  const leaves = await reference();
  const { tree } = await treeWith(leaves);
  expect(await tree.inclusion(index, size)).toEqual(proof);
  const leaf = leaves[index] as string;
  expect(await rootByInclusion({ leaf, index, size, proof }, webHashing)).toBe(ROOTS[size - 1]);
});

test.each(CONSISTENCIES)("M2: the reference proof that $to leaves begin with $from", async ({ from, to, proof }) => {
  const { tree } = await treeWith(await reference());
  expect(await tree.consistency(from, to)).toEqual(proof);
  const [before, after] = [{ size: from, root: ROOTS[from - 1] as string }, { size: to, root: ROOTS[to - 1] as string }];
  expect(await isConsistent(before, after, proof, webHashing)).toBe(true);
});

test("M2: what is not the leaf, the place, the size or the proof is refused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), async (size, at, wrong) => {
      const leaves = leavesOf(size);
      const { tree } = await treeWith(leaves);
      const index = at % size;
      const [leaf, root, proof] = [leaves[index] as string, await tree.root(0, size), await tree.inclusion(index, size)];
      const rootBy = (change: object) => rootByInclusion({ leaf, index, size, proof, ...change }, webHashing);
      expect(await rootBy({})).toBe(root);
      expect(await rootBy({ leaf: "f".repeat(64) })).not.toBe(root);
      expect(await rootBy({ index: (index + 1 + (wrong % size)) % size === index ? size : (index + 1 + (wrong % size)) % size })).not.toBe(root);
      expect(await rootBy({ proof: [...proof, root] })).not.toBe(root);
      if (proof.length > 0) expect(await rootBy({ proof: proof.slice(1) })).not.toBe(root);
      if (proof.length > 0) expect(await rootBy({ proof: proof.with(wrong % proof.length, "e".repeat(64)) })).not.toBe(root);
    }),
    { numRuns: 60 },
  );
});

test("M2: a tree is consistent with each of its beginnings, and with nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 70 }), fc.nat(), async (size, at) => {
      const { tree } = await treeWith(leavesOf(size));
      const from = 1 + (at % size);
      const [before, after] = [{ size: from, root: await tree.root(0, from) }, { size, root: await tree.root(0, size) }];
      const proof = await tree.consistency(from, size);
      expect(await isConsistent(before, after, proof, webHashing)).toBe(true);
      expect(await isConsistent({ ...before, root: "a".repeat(64) }, after, proof, webHashing)).toBe(false);
      expect(await isConsistent(before, { ...after, root: "a".repeat(64) }, proof, webHashing)).toBe(false);
      expect(await isConsistent(before, after, [...proof, after.root], webHashing)).toBe(false);
      if (proof.length > 0) expect(await isConsistent(before, after, proof.slice(0, -1), webHashing)).toBe(false);
    }),
    { numRuns: 60 },
  );
});

test("M3: the root does not depend on how the leaves came, and only the last tiles are written again", async () => {
  const leaves = leavesOf(600);
  const { tree, tiles } = await treeWith(leaves);
  const { tree: other, tiles: others, written } = await treeWith(leaves, [1, 254, 1, 1, 255, 80]);
  expect(await other.root(0, 600)).toBe(await tree.root(0, 600));
  const content = (of: typeof tiles) =>
    [...of.values()].map(({ level, number, tile }) => `${level}/${number} ${tile.width} ${digitsOf(tile.nodes)}`).sort();
  expect(content(others)).toEqual(content(tiles));
  const names = written.map((batch) => batch.map(({ level, number }) => `${level}/${number}`));
  expect(names).toEqual([["0/0"], ["0/0"], ["0/0", "1/0"], ["0/1"], ["0/1", "1/0"], ["0/2"], ["0/2"]]);
  const frontier = emptyFrontier();
  for (const leaf of leaves) grow(frontier, 0, leaf, nodeHashing);
  expect(await tree.root(0, 600)).toBe(await rootOf(frontier, webHashing));
});

test("M4: a range is covered by complete subtrees, at most two of a level, and they grow a tree as its leaves do", async () => {
  const leaves = leavesOf(300);
  const { tree } = await treeWith(leaves);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 300 }), fc.nat({ max: 300 }), async (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const nodes = covering(from, to);
      expect(nodes.reduce((at, { level, number }) => (number * 2 ** level === at ? at + 2 ** level : Number.NaN), from)).toBe(to);
      for (let level = 0; level < 9; level += 1) expect(nodes.filter((node) => node.level === level).length).toBeLessThanOrEqual(2);
      const frontier = emptyFrontier();
      for (const leaf of leaves.slice(0, from)) grow(frontier, 0, leaf, nodeHashing);
      const hashes = await tree.covering(from, to);
      for (const [i, { level }] of nodes.entries()) grow(frontier, level, hashes[i] as string, nodeHashing);
      expect(await rootOf(frontier, webHashing)).toBe(to === 0 ? EMPTY_ROOT : await tree.root(0, to));
    }),
    { numRuns: 40 },
  );
});

test("M5: a proof in a large tree reads few tiles", async () => {
  const { tiles } = await treeWith(leavesOf(3_000));
  let reads = 0;
  const counted: ReadTile = (level, number) => {
    reads += 1;
    return Promise.resolve(tiles.get(`${level}/${number}`)?.tile ?? null);
  };
  expect(await storedTree(counted, webHashing).inclusion(1_234, 3_000)).toHaveLength(12);
  expect(reads).toBeLessThanOrEqual(4);
});
