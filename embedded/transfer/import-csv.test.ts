import { describe, expect, it } from "vitest";
import type { Json } from "../values/json.ts";
import { csvRows } from "./import-csv.ts";

/** The rows of a text that comes in pieces of `size` bytes. */
async function rowsOf(text: string, size = 1000): Promise<Json[]> {
  const bytes = Buffer.from(text);
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const values: Json[] = [];
  for await (const rows of csvRows(pieces())) values.push(...rows.map(({ value }) => value));
  return values;
}

describe("CSV files", () => {
  it("X4: cells are numbers or strings; quotes hold commas, line ends and quotes; however the text is cut", async () => {
    const text = '\ufeffname, n ,note\r\n"a, ""b""\nc",-1.5e3,é\r\n\r\nplain,+7,\nlast,0x10,"x"';
    const expected = [
      { name: 'a, "b"\nc', n: -1500, note: "é" },
      { name: "plain", n: 7, note: "" },
      { name: "last", n: "0x10", note: "x" },
    ];
    for (const size of [1, 2, 3, 7, 1000]) expect(await rowsOf(text, size), `pieces of ${size}`).toEqual(expected);
  });

  it.each([
    ["", "CSV file doesn't have headers"],
    ["a,$b\n1,2\n", `CSV header "$b" isn't a valid field name`],
    ["a,b\n1,2\n3\n", "CSV row 2 doesn't have all of the fields in the header"],
    ["a\n1,2\n", "CSV row 1 doesn't have all of the fields in the header"],
  ])("X4: %j is refused", async (text, message) => {
    await expect(rowsOf(text)).rejects.toThrow(message);
  });

  it("X4: long cells are read in one pass: going over them anew from each character would take minutes", async () => {
    const [digits, spaces] = ["1".repeat(200_000), " ".repeat(200_000)];
    expect(await rowsOf(`${spaces}a${spaces}\n${digits}x\n`, 100_000)).toEqual([{ a: `${digits}x` }]);
    await expect(rowsOf(`a${spaces}é\n`)).rejects.toThrow("isn't a valid field name");
  });

  it("X4: bytes that are no UTF-8 are refused", async () => {
    const bytes = async function* () {
      yield Buffer.from("a\n");
      yield Buffer.from([0xff, 0x0a]);
    };
    const all = async () => {
      for await (const _ of csvRows(bytes()));
    };
    await expect(all()).rejects.toThrow("Import wasn't valid UTF8.");
  });
});
