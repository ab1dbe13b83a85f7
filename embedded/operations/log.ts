import { inspect, stripVTControlCharacters } from "node:util";

/** The log of the server for who operates it: one line per event, on standard error (O1 to O4). */

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFields = Record<string, unknown>;
/** Says that `event` (a short word that does not change, for programs) happened, with what is known of it. */
type Say = (event: string, fields?: LogFields) => void;
export type Logger = Record<LogLevel, Say>;

export interface LoggerOptions {
  /** The least important level that is written. */
  level: LogLevel;
  /** `json`: one object a line. `text`: for people. */
  format: "json" | "text";
  /** Takes one line with its line break; standard error unless given. */
  write?: (line: string) => void;
  /** Texts that must never be written: keys and values of variables. Asked for every line. */
  secrets?: () => Iterable<string>;
}

/** Longest text of a field, characters; a log must not grow by what a caller sends. */
const MAX_TEXT = 8_192;
/** A shorter secret would tear ordinary words apart. */
const MIN_SECRET = 8;

/** A logger; it never throws. */
export function createLogger(options: LoggerOptions): Logger {
  const { level, format, write = toStandardError, secrets = () => [] } = options;
  const least = LOG_LEVELS.indexOf(level);
  const say = (at: LogLevel, event: string, fields: LogFields): void => {
    if (LOG_LEVELS.indexOf(at) > least) return;
    const time = new Date().toISOString();
    const shown = Object.entries(fields).filter(([, value]) => value !== undefined);
    const hide = hiderOf(secrets());
    const plain = shown.map(([name, value]) => [name, plainField(value, hide)] as const);
    write(format === "json" ? jsonLine(time, at, event, plain) : textLine(time, at, event, plain));
  };
  return Object.fromEntries(
    LOG_LEVELS.map((at): [LogLevel, Say] => [at, (event, fields = {}) => say(at, event, fields)]),
  ) as Logger;
}

/** Text for a terminal, JSON for everything else that standard error may be. */
export function formatForStandardError(): "json" | "text" {
  return process.stderr.isTTY ? "text" : "json";
}

function toStandardError(line: string): void {
  process.stderr.write(line);
}

type Plain = string | number | boolean | null | string[];

function plainField(value: unknown, hide: (text: string) => string): Plain {
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  const text = (part: unknown): string => {
    const whole = typeof part === "string" ? part : part instanceof Error ? errorText(part) : inspect(part, { depth: 4 });
    const hidden = hide(whole);
    return hidden.length > MAX_TEXT ? `${hidden.slice(0, MAX_TEXT)}… (${hidden.length} characters)` : hidden;
  };
  return Array.isArray(value) ? value.map(text) : text(value);
}

function errorText(error: Error): string {
  return inspect(error, { depth: 2 });
}

function hiderOf(secrets: Iterable<string>): (text: string) => string {
  // The longest first: one may be the beginning of another.
  const known = [...new Set(secrets)].filter(({ length }) => length >= MIN_SECRET).sort((a, b) => b.length - a.length);
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}

function jsonLine(time: string, level: LogLevel, event: string, fields: (readonly [string, Plain])[]): string {
  // The fixed names come last: no field can pose as them.
  const line = { ...Object.fromEntries(fields), time, level, event };
  const { time: _time, level: _level, event: _event, ...rest } = line;
  return `${JSON.stringify({ time, level, event, ...rest })}\n`;
}

/** `09:30:00 WARN  overloaded reason=…`; lines of longer texts follow, indented. */
function textLine(time: string, level: LogLevel, event: string, fields: (readonly [string, Plain])[]): string {
  const short: string[] = [];
  const long: string[] = [];
  for (const [name, value] of fields) {
    const text = stripVTControlCharacters(Array.isArray(value) ? value.join("\n") : String(value));
    if (text.includes("\n")) long.push(`${name}:\n${text}`);
    else short.push(`${name}=${/\s/.test(text) ? JSON.stringify(text) : text}`);
  }
  const head = [time.slice(11, 19), level.toUpperCase().padEnd(5), event, ...short].join(" ");
  return [head, ...long.map((text) => text.replaceAll(/^/gm, "  "))].join("\n") + "\n";
}
