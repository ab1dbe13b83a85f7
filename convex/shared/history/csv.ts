// Lines of CSV as RFC 4180 says: cells with a comma, a quote or a line break stand in quotes, quotes in them are doubled, lines end
// in CR LF. UTF-8 without a byte order mark.

/** What a spreadsheet would take as a formula when it begins a cell. */
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;
/** Either: most cells are neither, and an export has millions of them. */
const SPECIAL = /^[=+\-@\t]|[",\r\n]/;

/**
 * One line with its line end. A text that begins with = + - @, a tab or a carriage return gets an apostrophe before it, so that no
 * spreadsheet calculates what somebody wrote; numbers stay as they are; null is an empty cell.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  let [line, separator] = ["", ""];
  for (const cell of cells) {
    line += separator + cellText(cell);
    separator = ",";
  }
  return `${line}\r\n`;
}

function cellText(cell: string | number | null): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  if (!SPECIAL.test(cell)) return cell;
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A moment (ms since 1970) as a cell: ISO 8601 in UTC, which every spreadsheet and program reads. */
export function csvTime(at: number): string {
  return new Date(at).toISOString();
}
