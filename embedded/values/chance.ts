import { randomFillSync } from "node:crypto";

/** Asking the system for 32 bytes takes longer than for 4,096. */
const pool = Buffer.alloc(4096);
let at = pool.length;

/** Writes unpredictable bytes (at most 4,096) to `target` from `start` up to (and without) `end`; no byte is given out twice. */
export function fillRandomly(target: Buffer, start: number, end: number): void {
  const length = end - start;
  if (at + length > pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  pool.copy(target, start, at, at + length);
  pool.fill(0, at, at + length);
  at += length;
}

/** `length` unpredictable bytes, at most 4,096: seeds and ids of calls, of which there are many. */
export function randomPiece(length: number): Buffer {
  const piece = Buffer.allocUnsafe(length);
  fillRandomly(piece, 0, length);
  return piece;
}
