const CLOSER: Record<string, string> = { "{": "}", "[": "]" };

/**
 * The value of JSON text that ends anywhere, as a model writes it: open strings, lists and objects are closed where the text
 * ends, and a member that cannot be told yet is left out. Undefined when nothing can be told.
 */
export function partialJson(text: string): unknown {
  const open: string[] = [];
  let inString = false;
  let cut = text.length;
  let complete: string | undefined; // up to the last comma, closed
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (inString) {
      if (character === '"') inString = false;
      else if (character === "\\") {
        const length = text.charAt(at + 1) === "u" ? 6 : 2;
        if (at + length > text.length) cut = at; // the escape is not all there yet
        at += length - 1;
      }
    } else if (character === '"') inString = true;
    else if (CLOSER[character] !== undefined) open.push(CLOSER[character]);
    else if (character === "}" || character === "]") open.pop();
    else if (character === ",") complete = text.slice(0, at) + closed(open);
  }
  const whole = inString ? `${text.slice(0, cut)}"` : text;
  return parsed(whole + closed(open)) ?? (complete === undefined ? undefined : parsed(complete));
}

function closed(open: readonly string[]): string {
  return open.toReversed().join("");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
