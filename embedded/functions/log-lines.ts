import { MAX_LOG_LINE_LENGTH, MAX_LOG_LINES } from "../values/limits.ts";

const CUT = " (truncated due to length)";

/** The log lines of one top-level call with everything it calls, in order and within the limits (F16). */
export class LogLines {
  readonly lines: string[] = [];

  add(level: string, text: string): void {
    if (this.lines.length >= MAX_LOG_LINES) return;
    if (this.lines.length === MAX_LOG_LINES - 1) {
      this.lines.push(`[ERROR] Log overflow (maximum ${MAX_LOG_LINES}). Remaining log lines omitted.`);
      return;
    }
    const line = `[${level}] ${text}`;
    this.lines.push(line.length <= MAX_LOG_LINE_LENGTH ? line : line.slice(0, MAX_LOG_LINE_LENGTH - CUT.length) + CUT);
  }
}
