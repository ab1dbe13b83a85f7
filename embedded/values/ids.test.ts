import { describe, expect, it } from "vitest";
import { decodeId, encodeId, newInternalId, tableNumberOf } from "./ids.ts";
import { seededRandom } from "./random-value.ts";

const INTERNAL = Buffer.from(Array.from({ length: 16 }, (_, i) => i));
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** The text of any bytes with a right checksum behind them, written apart from the code under test. */
function withChecksum(bytes: number[]): string {
  let low = 0;
  let high = 0;
  for (const b of bytes) {
    low = (low + b) % 256;
    high = (high + low) % 256;
  }
  const bits = [...bytes, low, high].map((b) => b.toString(2).padStart(8, "0")).join("");
  const padded = bits.padEnd(Math.ceil(bits.length / 5) * 5, "0");
  return padded.replace(/.{5}/g, (group) => ALPHABET[parseInt(group, 2)]!);
}

describe("ids", () => {
  it.each([
    [1, "040020g30g2gc1r81450p30d1r7qke8"],
    [127, "fw0020g30g2gc1r81450p30d1r7ze5r"],
    [128, "g00g00820c20a1g7104gm2rc1m70zyds"],
    [513, "g42000820c20a1g7104gm2rc1m70zzfy"],
    [10001, "j57000820c20a1g7104gm2rc1m70ynr8"],
    [16384, "g2002001081g81860w40j2gb1g6gw3vs74"],
    [4294967295, "zzzzzzrf000g40r40m30e209185gr38e1y1nj"],
  ])("V10: table %i is %s", (number, id) => {
    expect(encodeId(number, INTERNAL)).toBe(id);
    expect(decodeId(id)).toEqual({ tableNumber: number, internalId: INTERNAL });
    expect(tableNumberOf(id)).toBe(number);
  });

  it("V10: random ids come back the same (seed 5)", () => {
    const random = seededRandom(5);
    for (let i = 0; i < 1000; i++) {
      const number = 1 + Math.floor(random() * 2 ** (1 + Math.floor(random() * 32)));
      const internal = Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256)));
      const id = encodeId(Math.min(number, 0xffff_ffff), internal);
      expect(id.length).toBeGreaterThanOrEqual(31);
      expect(id.length).toBeLessThanOrEqual(37);
      expect(decodeId(id)).toEqual({ tableNumber: Math.min(number, 0xffff_ffff), internalId: internal });
    }
  });

  it("V10: one changed letter makes it no id", () => {
    const id = encodeId(10001, INTERNAL);
    let accepted = 0;
    for (let i = 0; i < id.length; i++) {
      for (const letter of ALPHABET) {
        const changed = id.slice(0, i) + letter + id.slice(i + 1);
        if (changed !== id && decodeId(changed) !== null) accepted++;
      }
    }
    expect(accepted).toBe(0);
  });

  it("V10: other texts are no ids", () => {
    const id = encodeId(10001, INTERNAL);
    const near = [id.toUpperCase(), `${id}0`, id.slice(0, -1), ` ${id.slice(1)}`];
    for (const text of ["", "hello", ...near, "é".repeat(32), "u".repeat(32)]) {
      expect([text, decodeId(text)]).toEqual([text, null]);
    }
  });

  it("V10: table number 0, or one written longer than needed, makes it no id though the checksum is right", () => {
    expect(decodeId(withChecksum([1, ...INTERNAL]))).not.toBeNull();
    for (const number of [[0], [0x81, 0], [0xff, 0xff, 0xff, 0xff, 0x1f], [0x80, 0x80, 0x80, 0x80, 0x80]]) {
      expect([number, decodeId(withChecksum([...number, ...INTERNAL]))]).toEqual([number, null]);
    }
  });

  it("V10: numbers out of range are refused", () => {
    for (const number of [0, -1, 1.5, 2 ** 32]) expect(() => encodeId(number, INTERNAL)).toThrow(RangeError);
    expect(() => encodeId(1, INTERNAL.subarray(1))).toThrow(RangeError);
  });

  it("V10: a new internal id begins with its time and ends in chance", () => {
    const now = 1_790_000_000_123;
    const ids = Array.from({ length: 600 }, () => newInternalId(now + 0.5));
    for (const id of ids) expect([id.length, id.readUIntBE(0, 6)]).toEqual([16, now]);
    expect(new Set(ids.map((id) => id.toString("hex", 6))).size).toBe(600);
    const later = encodeId(10001, newInternalId(now + 1));
    for (const id of ids) expect(encodeId(10001, id) < later).toBe(true);
  });
});
