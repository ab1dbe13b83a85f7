import { expect, it } from "vitest";
import { csvLine, csvTime } from "./csv";

it.each([
  [["a", 1, null], "a,1,"],
  [["a,b", 'say "yes"', "two\nlines", "two\r\nlines"], '"a,b","say ""yes""","two\nlines","two\r\nlines"'],
  [["Übergröße 東京"], "Übergröße 東京"],
] as const)("RFC 4180: %j is %j", (cells, line) => {
  expect(csvLine(cells)).toBe(`${line}\r\n`);
});

it.each([
  ["=1+1", "'=1+1"],
  ["+49 30 123", "'+49 30 123"],
  ["-2", "'-2"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", `"'\r=1"`],
  ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
  ["a=1", "a=1"],
])("no spreadsheet calculates %j", (text, cell) => {
  expect(csvLine([text])).toBe(`${cell}\r\n`);
});

it("numbers are numbers, negative ones too", () => {
  expect(csvLine([-2, 0.5])).toBe("-2,0.5\r\n");
});

it("moments are ISO 8601 in UTC", () => {
  expect(csvTime(1_700_000_000_123)).toBe("2023-11-14T22:13:20.123Z");
});
