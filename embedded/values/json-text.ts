import { UserError } from "./errors.ts";

/**
 * JSON from outside. A few megabytes of brackets become hundreds of megabytes of objects, so the text is looked through
 * before it is parsed.
 */

export interface JsonTextLimits {
  /** Levels of arrays and objects. */
  depth: number;
  /** Arrays, objects and what they hold, in all. */
  values: number;
}

/** Calls and messages: far above what values may have (SPEC V5), far below what hurts. */
export const CALL_JSON: JsonTextLimits = { depth: 50_000, values: 1_000_000 };
/** Pushes and imports, which only the admin key may send. */
export const ADMIN_JSON: JsonTextLimits = { depth: 50_000, values: 10_000_000 };

/** A shorter text cannot hold more than a limit allows; looking through it would be for nothing. */
const SMALL = 512;

/**
 * Parses JSON text.
 * @throws UserError 400 `BadJsonBody` for what is no JSON, or nested deeper or with more values than `limits` says.
 */
export function parseJsonText(text: string, limits: JsonTextLimits): unknown {
  if (text.length > SMALL) checkStructure(text, limits);
  try {
    return JSON.parse(text);
  } catch (error) {
    // Only a very long string inside can exhaust the parser now.
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    throw new UserError("BadJsonBody", "This is not JSON.", 400);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN = [0x5b, 0x7b] as const;
const CLOSE = [0x5d, 0x7d] as const;

function checkStructure(text: string, limits: JsonTextLimits): void {
  let depth = 0;
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) {
      i = endOfString(text, i);
    } else if (char === COMMA) {
      values += 1;
    } else if (char === OPEN[0] || char === OPEN[1]) {
      values += 1;
      depth += 1;
      if (depth > limits.depth) throw tooMuch(`is nested deeper than ${limits.depth} levels`);
    } else if (char === CLOSE[0] || char === CLOSE[1]) {
      depth -= 1;
    }
    if (values > limits.values) throw tooMuch(`holds more than ${limits.values} values`);
  }
}

/** Where the string that begins at `start` ends; the end of the text when it does not. */
function endOfString(text: string, start: number): number {
  for (let i = start; ; ) {
    const quote = text.indexOf('"', i + 1);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
    i = quote;
  }
}

function tooMuch(what: string): UserError {
  return new UserError("BadJsonBody", `The JSON ${what}.`, 400);
}
