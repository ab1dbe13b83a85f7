import { randomFillSync } from "node:crypto";

/** Asking the system for 32 bytes takes longer than for 4,096. */
const pool = Buffer.alloc(4096);
let at = pool.length;

/** Writes `length` unpredictable bytes (at most 4,096) to the beginning of `target`; no byte is given out twice. */
export function fillRandomly(target: Buffer, length: number): void {
  if (at + length > pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  pool.copy(target, 0, at, at + length);
  pool.fill(0, at, at + length);
  at += length;
}

/** `length` unpredictable bytes, at most 4,096: seeds and ids of calls, of which there are many. */
export function randomPiece(length: number): Buffer {
  const piece = Buffer.allocUnsafe(length);
  fillRandomly(piece, length);
  return piece;
}
