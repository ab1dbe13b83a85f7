/** The console of a thread for `"use node"` code: every line goes to the log of the call it belongs to. */
import { formatLog, RawText } from "../realm/log-format.ts";

/** Replaces what `console` writes with; `write` gets the level and the text of each line. */
export function installConsole(write: (level: string, text: string) => void): void {
  const started = new Map<string, number>();
  const line =
    (level: string) =>
    (...args: unknown[]) =>
      write(level, formatLog(args));
  const elapsed = (label: unknown, rest: unknown[] = []): void => {
    const from = started.get(String(label));
    if (from === undefined) return write("WARN", `Timer '${String(label)}' does not exist`);
    write("INFO", formatLog([new RawText(`${String(label)}: ${performance.now() - from}ms`), ...rest]));
  };
  Object.assign(console, {
    debug: line("DEBUG"),
    dir: (value: unknown) => write("LOG", formatLog([value])),
    dirxml: line("LOG"),
    error: line("ERROR"),
    group: line("LOG"),
    groupCollapsed: line("LOG"),
    groupEnd: () => undefined,
    info: line("INFO"),
    log: line("LOG"),
    table: (value: unknown) => write("LOG", formatLog([value])),
    time: (label: unknown = "default") => void started.set(String(label), performance.now()),
    timeEnd: (label: unknown = "default") => {
      elapsed(label);
      started.delete(String(label));
    },
    timeLog: (label: unknown = "default", ...rest: unknown[]) => elapsed(label, rest),
    trace: (...args: unknown[]) => {
      const frames = (new Error().stack ?? "").split("\n").slice(2).join("\n");
      write("TRACE", formatLog([...args, new RawText(`\n${frames}`)]));
    },
    warn: line("WARN"),
  });
}
