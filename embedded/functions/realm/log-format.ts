import { inspect } from "node:util";

const OPTIONS = { depth: 4, breakLength: Infinity, maxArrayLength: 100, maxStringLength: null } as const;

/** A text that goes into a log line as it is, without quotes. */
export class RawText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The arguments of a console call as one text: strings quoted, objects as `util.inspect` shows them (F16). */
export function formatLog(args: readonly unknown[]): string {
  return args.map((arg) => (arg instanceof RawText ? arg.text : shown(arg))).join(" ");
}

function shown(value: unknown): string {
  try {
    return inspect(value, OPTIONS);
  } catch {
    return "[value that cannot be shown]";
  }
}
