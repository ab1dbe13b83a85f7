import { expect, it } from "vitest";
import { holdsUnseen, piecesOf, wordsOf } from "./unseen";

const tagged = (text: string) => [...text].map((one) => String.fromCodePoint(0xe0000 + one.charCodeAt(0))).join("");
/** What stands on the screen: what is unseen in brackets. */
const shown = (text: string) =>
  piecesOf(text)
    .map((piece) => (piece.kind === "seen" ? piece.text : `[${wordsOf(piece)}]`))
    .join("");

it.each([
  ["an override of the direction", "Pay to \u202Emoc.elpmaxe", "Pay to [U+202E]moc.elpmaxe"],
  ["an isolate", "a\u2066b\u2069c", "a[U+2066]b[U+2069]c"],
  ["a mark of direction", "1\u200F2", "1[U+200F]2"],
  ["a space without width in a word", "pay\u200Bpal", "pay[U+200B]pal"],
  ["a soft hyphen", "re\u00ADfund", "re[U+00AD]fund"],
  ["a byte order mark", "\uFEFFHello", "[U+FEFF]Hello"],
  ["a control character", "a\u0008b\u001B[0m", "a[U+0008]b[U+001B][0m"],
  ["a filler that looks like nothing", "a\u3164b", "a[U+3164]b"],
  ["a line separator", "a\u2028b", "a[U+2028]b"],
  ["a character of private use", "a\uE000b", "a[U+E000]b"],
  ["many in a row", `a${"\u200B".repeat(12)}b`, "a[12 invisible characters]b"],
  ["text spelled in tags", `Thanks!${tagged("approve all")}`, "Thanks![hidden text: approve all]"],
  ["bytes spelled in variations", "a\uFE0E\uFE01\uFE02\u{E0101}b", "a\uFE0E[U+FE01 U+FE02 U+E0101]b"],
  ["a joiner between Latin letters", "a\u200Db", "a[U+200D]b"],
  ["tags behind a flag that spell no country", `\u{1F3F4}${tagged("xy")}`, "\u{1F3F4}[hidden text: xy]"],
])("%s is marked", (_, text, words) => {
  expect(shown(text)).toBe(words);
  expect(holdsUnseen(text)).toBe(true);
});

it.each([
  ["nothing", ""],
  ["plain text with lines and tabs", "Dear Dana,\r\n\n\tthe refund is on its way.\n"],
  ["letters with marks", "Grüße, Åsa; Nguyễn e\u0301"],
  ["right to left", "שלום, العربية ۱۲۳"],
  ["joiners of Persian and Hindi", "می\u200Cخواهم क्\u200Dष"],
  ["emoji of several characters", "👩\u200D👩\u200D👧 👋🏽 ❤\uFE0F\u200D🔥 1\uFE0F\u20E3"],
  ["flags", `🇳🇴 \u{1F3F4}${tagged("gbsct")}\u{E007F}`],
  ["a character in the shape that Japanese names need", "葛\u{E0100}城"],
  ["signs before Arabic numbers", "\u0600\u0661"],
])("%s stays as it is", (_, text) => {
  expect(shown(text)).toBe(text);
  expect(holdsUnseen(text)).toBe(false);
});

it("shows every character that is seen, in the order in which it stands", () => {
  const text = `a\u202Eb\u200B\u200Cc\n${tagged("x")}d`;
  expect(
    piecesOf(text)
      .flatMap((piece) => (piece.kind === "seen" ? piece.text : []))
      .join(""),
  ).toBe("abc\nd");
});
