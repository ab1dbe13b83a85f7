/**
 * Characters that change what a text says or how it is read without being seen: a reviewer must not approve words that stand
 * in another order than they are shown, or a message that holds more than it shows. The classes are those of Unicode
 * (UTS #39, 3.1; UAX #9, 2; the tag characters of UTS #51, annex C).
 */
export type Piece =
  | { kind: "seen"; text: string }
  /** `codes` as "U+202E"; `hidden`: what tag characters spell, "" where there are none. */
  | { kind: "unseen"; codes: string[]; hidden: string };

/** Format characters with a shape of their own: Arabic and Syriac signs that stand before numbers or verses. */
const SHOWN_FORMATS = "\\u0600-\\u0605\\u06DD\\u070F\\u0890\\u0891\\u08E2\\u{110BD}\\u{110CD}";
/** Scripts whose letters take other shapes beside a joiner or non-joiner. */
const JOINING = ["Arabic", "Syriac", "Mongolian", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil"]
  .concat("Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar")
  .map((script) => `\\p{Script=${script}}`)
  .join("");

/** What belongs to the writing around it: line breaks, joiners within emoji and where scripts need them, one variation of a character, flags of countries within one. */
const FITTING = [
  "[\\t\\n\\r]",
  "(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F])\\u200D(?=\\p{Extended_Pictographic})",
  `(?<=[${JOINING}\\p{M}])[\\u200C\\u200D]`,
  "(?<=[^\\p{C}\\p{Z}\\uFE00-\\uFE0F\\u{E0100}-\\u{E01EF}])[\\uFE00-\\uFE0F\\u{E0100}-\\u{E01EF}]",
  "\\u{1F3F4}\\u{E0067}\\u{E0062}(?:\\u{E0065}\\u{E006E}\\u{E0067}|\\u{E0073}\\u{E0063}\\u{E0074}|\\u{E0077}\\u{E006C}\\u{E0073})\\u{E007F}",
].join("|");
const UNSEEN = `(?:(?![${SHOWN_FORMATS}])[\\p{Cc}\\p{Cf}\\p{Co}\\p{Zl}\\p{Zp}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u2800\\u3164\\uFFA0\\uFE00-\\uFE0F\\u{E0100}-\\u{E01EF}])+?`;
const PARTS = new RegExp(`(?:${FITTING})|(${UNSEEN})`, "gu");
const TAGS = /[\u{E0020}-\u{E007E}]/gu;

/** A text as its pieces, in order. A text without such characters is one piece; an empty one has none. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(PARTS)) {
    const [, unseen] = match;
    if (unseen === undefined) continue;
    const last = pieces.at(-1);
    if (match.index > from) pieces.push({ kind: "seen", text: text.slice(from, match.index) });
    if (match.index === from && last?.kind === "unseen") add(last, unseen);
    else pieces.push(add({ kind: "unseen", codes: [], hidden: "" }, unseen));
    from = match.index + unseen.length;
  }
  if (from < text.length) pieces.push({ kind: "seen", text: text.slice(from) });
  return pieces;
}

/** Whether a text holds a character that changes it without being seen. */
export function holdsUnseen(text: string): boolean {
  return piecesOf(text).some(({ kind }) => kind === "unseen");
}

/** What stands on the screen in the place of such characters. */
export function wordsOf({ codes, hidden }: Extract<Piece, { kind: "unseen" }>): string {
  if (hidden !== "") return `hidden text: ${hidden}`;
  return codes.length <= 3 ? codes.join(" ") : `${codes.length} invisible characters`;
}

function add(piece: Extract<Piece, { kind: "unseen" }>, characters: string): typeof piece {
  for (const character of characters) {
    const code = character.codePointAt(0) ?? 0;
    piece.codes.push(`U+${code.toString(16).toUpperCase().padStart(4, "0")}`);
    if (character.match(TAGS) !== null) piece.hidden += String.fromCodePoint(code - 0xe0000);
  }
  return piece;
}
