import { parseArgs } from "node:util";

/** The commands on a data folder: `backup`, `restore` and `check` (D15, D16, D5). */

export const DATA_COMMANDS_USAGE = `Commands on a data folder:

  backup --data DIR --to FOLDER      a consistent copy, also while the server runs
  restore --from FOLDER --data DIR   makes a new data folder of a backup
  check --data DIR                   looks through all data of a stopped server`;

type Options = Partial<Record<"data" | "to" | "from", string>>;

const commands: Record<string, (options: Options) => Promise<string>> = {
  async backup(options) {
    const { backup } = await import("./storage/backup.ts");
    const to = needed(options, "to");
    return `Backed up to "${to}": ${told(await backup(needed(options, "data"), to))}.`;
  },
  async restore(options) {
    const { restore } = await import("./storage/backup.ts");
    const dir = needed(options, "data");
    return `Restored into "${dir}": ${told(restore(needed(options, "from"), dir))}.`;
  },
  async check(options) {
    const [{ Store }, { checkStore }] = await Promise.all([import("./storage/store.ts"), import("./storage/check.ts")]);
    const dir = needed(options, "data");
    const store = new Store(dir);
    try {
      const problems = checkStore(store);
      if (problems.length > 0) throw new Error(problems.join("\n"));
    } finally {
      store.close();
    }
    return `All data in "${dir}" is well.`;
  },
};

/** Whether the first argument of the command line names such a command. */
export function isDataCommand(name: string | undefined): name is string {
  return name !== undefined && Object.hasOwn(commands, name);
}

/** Runs a command; its sentence for standard output. Throws errors whose message is for people. */
export function runDataCommand(name: string, args: string[]): Promise<string> {
  const { values } = parseArgs({
    args,
    options: { data: { type: "string" }, to: { type: "string" }, from: { type: "string" } },
  });
  return commands[name]!(values);
}

function needed(options: Options, name: keyof Options): string {
  const value = options[name];
  if (value === undefined) throw new Error(`This command needs --${name}.\n\n${DATA_COMMANDS_USAGE}`);
  return value;
}

function told({ atMs, files, bytes }: { atMs: number; files: number; bytes: number }): string {
  const size = (bytes / 1_048_576).toFixed(1);
  return `everything until ${new Date(atMs).toISOString()}, ${files} stored files, ${size} MB`;
}
