// The tree as it is kept: in tiles, after the idea of C2SP's tlog-tiles. A tile holds up to 256 hashes of one level and every
// complete node above them up to its own root, which is one hash of the tile above it. So appending and proving read a few
// tiles, whatever the size of the tree, and hash almost nothing (rules M3 to M5 in README.md).

import { digitsOf } from "../digest";
import { bytesOf, HASH_BYTES, type Hashing } from "./hashing";
import { covering, type NodeAt, rootOf, splitOf } from "./merkle";

/** Levels of nodes in one tile, without its lowest. */
export const TILE_HEIGHT = 8;
/** Hashes in the lowest level of a full tile. */
export const TILE_WIDTH = 256;

/** A tile's content: `width` hashes of its lowest level, then the complete nodes of each level above, one after another. */
export type Tile = { width: number; nodes: Uint8Array };
/** Reads a stored tile by its own level (0: above the leaves) and number, or null where there is none. */
export type ReadTile = (level: number, number: number) => Promise<Tile | null>;
/** A tile that has changed. */
export type ChangedTile = { level: number; number: number; tile: Tile };

/** How many hashes a tile of this width holds below `level` (0 to 8). */
function offsetOf(width: number, level: number): number {
  let offset = 0;
  for (let below = 0; below < level; below += 1) offset += width >> below;
  return offset;
}

/** A complete node in a tile, by its level within the tile (0 to 8) and its number there. Throws where it is not complete. */
export function nodeInTile({ width, nodes }: Tile, level: number, number: number): string {
  if (number >= width >> level) throw new RangeError(`A tile of ${width} hashes has no node ${number} at level ${level}.`);
  const from = (offsetOf(width, level) + number) * HASH_BYTES;
  return digitsOf(nodes.subarray(from, from + HASH_BYTES));
}

/** The tile with further hashes at the end of its lowest level. Throws a RangeError where they have no room. */
export async function widened(tile: Tile | null, hashes: readonly string[], hashing: Hashing): Promise<Tile> {
  const before = tile?.width ?? 0;
  const width = before + hashes.length;
  if (width > TILE_WIDTH) throw new RangeError(`A tile holds ${TILE_WIDTH} hashes, not ${width}.`);
  const nodes = new Uint8Array(offsetOf(width, TILE_HEIGHT + 1) * HASH_BYTES);
  let below = [...hashes];
  for (let level = 0, known = before; level <= TILE_HEIGHT; level += 1, known >>= 1) {
    const start = offsetOf(width, level) * HASH_BYTES;
    if (tile !== null) {
      const old = offsetOf(before, level) * HASH_BYTES;
      nodes.set(tile.nodes.subarray(old, old + known * HASH_BYTES), start);
    }
    for (const [i, hash] of below.entries()) nodes.set(bytesOf(hash), start + (known + i) * HASH_BYTES);
    // What this level has now in pairs that the level above does not know yet.
    const next: string[] = [];
    const own = (number: number) => digitsOf(nodes.subarray(start + number * HASH_BYTES, start + (number + 1) * HASH_BYTES));
    for (let pair = known >> 1; pair < width >> (level + 1); pair += 1) {
      next.push(await hashing.node(own(2 * pair), own(2 * pair + 1)));
    }
    below = next;
  }
  return { width, nodes };
}

/**
 * Appends leaves (their hashes) to a tree of `size` leaves. Answers every tile that changes, lower ones first; at most two of
 * the lowest level where there are at most 256 leaves.
 */
export async function append(
  read: ReadTile,
  size: number,
  leaves: readonly string[],
  hashing: Hashing,
): Promise<ChangedTile[]> {
  const changed: ChangedTile[] = [];
  let [at, hashes] = [size, leaves];
  for (let level = 0; hashes.length > 0; level += 1) {
    const roots: string[] = [];
    for (let done = 0; done < hashes.length; ) {
      const number = Math.floor((at + done) / TILE_WIDTH);
      const inTile = (at + done) % TILE_WIDTH;
      const part = hashes.slice(done, done + TILE_WIDTH - inTile);
      const tile = await widened(inTile === 0 ? null : await kept(read, level, number, inTile), part, hashing);
      changed.push({ level, number, tile });
      if (tile.width === TILE_WIDTH) roots.push(nodeInTile(tile, TILE_HEIGHT, 0));
      done += part.length;
    }
    [at, hashes] = [Math.floor(at / TILE_WIDTH), roots];
  }
  return changed;
}

/** A tile that must be there, with the width it must have. */
async function kept(read: ReadTile, level: number, number: number, width: number): Promise<Tile> {
  const tile = await read(level, number);
  if (tile === null || tile.width !== width) {
    throw new Error(`Tile ${number} of level ${level} should hold ${width} hashes and holds ${tile?.width ?? "none"}.`);
  }
  return tile;
}

/** A stored tree's nodes and proofs. */
export type StoredTree = {
  /** The hashes of the largest complete subtrees that cover the leaves [from, to) (M4). */
  covering: (from: number, to: number) => Promise<string[]>;
  /** The root over the leaves [from, to), where `from` is a multiple of a power of two that is not below `to - from`. */
  root: (from: number, to: number) => Promise<string>;
  /** The proof that leaf `index` is among the first `size` leaves (RFC 6962, section 2.1.1), from the leaf up. */
  inclusion: (index: number, size: number) => Promise<string[]>;
  /** The proof that the first `size` leaves begin with the first `before` (RFC 6962, section 2.1.2); [] for none and for all. */
  consistency: (before: number, size: number) => Promise<string[]>;
};

/** A tree by its tiles, each of which is read once. Its functions throw where the tree does not hold what they need. */
export function storedTree(read: ReadTile, hashing: Hashing): StoredTree {
  const tiles = new Map<string, Promise<Tile | null>>();

  const tileAt = (level: number, number: number): Promise<Tile | null> => {
    const key = `${level}/${number}`;
    const tile = tiles.get(key) ?? read(level, number);
    tiles.set(key, tile);
    return tile;
  };

  const node = async ({ level, number }: NodeAt): Promise<string> => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const within = level - tileLevel * TILE_HEIGHT;
    const across = TILE_WIDTH >> within;
    const tileNumber = Math.floor(number / across);
    const tile = await tileAt(tileLevel, tileNumber);
    if (tile === null) throw new Error(`The tree lacks tile ${tileNumber} of level ${tileLevel}.`);
    return nodeInTile(tile, within, number % across);
  };

  const coveringHashes = async (from: number, to: number): Promise<string[]> => {
    const hashes: string[] = [];
    for (const at of covering(from, to)) hashes.push(await node(at));
    return hashes;
  };

  const root = async (from: number, to: number): Promise<string> =>
    await rootOf({ size: to - from, hashes: await coveringHashes(from, to) }, hashing);

  const inclusion = async (index: number, size: number): Promise<string[]> => {
    const proof: string[] = [];
    let [from, to] = [0, size];
    while (to - from > 1) {
      const middle = from + splitOf(to - from);
      if (index < middle) {
        proof.push(await root(middle, to));
        to = middle;
      } else {
        proof.push(await root(from, middle));
        from = middle;
      }
    }
    return proof.reverse();
  };

  const consistency = async (before: number, size: number): Promise<string[]> => {
    if (before === 0 || before === size) return [];
    const proof: string[] = [];
    let [from, to] = [0, size];
    // As long as the old tree ends inside this subtree.
    while (before !== to) {
      const middle = from + splitOf(to - from);
      if (before <= middle) {
        proof.push(await root(middle, to));
        to = middle;
      } else {
        proof.push(await root(from, middle));
        from = middle;
      }
    }
    // Where that subtree is the whole old tree, its root is known to whoever asks.
    if (from !== 0) proof.push(await root(from, to));
    return proof.reverse();
  };

  return { covering: coveringHashes, root, inclusion, consistency };
}
