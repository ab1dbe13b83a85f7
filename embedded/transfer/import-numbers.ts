/** Which table number each imported table gets (SPEC X5): the file's, so that ids stay what they are. */
import type { Store } from "../storage/store.ts";
import { FIRST_TABLE_NUMBER, SYSTEM_TABLES } from "../storage/tables.ts";
import type { TableNames } from "../values/validators.ts";
import { importError } from "./import-error.ts";
import type { ImportPlan, PlannedTable } from "./import-plan.ts";
import type { ImportRequest } from "./import-source.ts";

export interface ImportNumbers {
  of(table: PlannedTable): number;
  /** Resolves table numbers of a component as they will be after the import. */
  namesIn(componentPath: string): TableNames;
}

/** Above this there would be none left for later tables. */
const MAX_NUMBER = 0x7fff_ffff;

/**
 * The numbers of all tables of a plan: those of the file, else those the tables have, else new ones. No table that is
 * made meanwhile gets one of them. Throws UserError for a number that is too large.
 */
export function numbersFor({ catalog }: Store, plan: ImportPlan, request: ImportRequest): ImportNumbers {
  const numbers = new Map<PlannedTable, number>();
  const existing = (path: string, name: string): number | undefined => {
    const ns = catalog.namespace(path);
    return ns === undefined ? SYSTEM_TABLES.get(name) : catalog.table(ns, name)?.number;
  };
  const fresh: PlannedTable[] = [];
  for (const table of plan.tables) {
    const here = existing(table.componentPath, table.name);
    const keeps = table.source === null || (request.mode === "append" && here !== undefined);
    const number = keeps ? here : (table.number ?? here);
    if (number === undefined) fresh.push(table);
    else numbers.set(table, number);
  }
  for (const table of fresh) {
    const ns = catalog.namespace(table.componentPath);
    const next = ns === undefined ? FIRST_TABLE_NUMBER : catalog.nextTableNumber(ns);
    const taken = [...numbers].filter(([other]) => other.componentPath === table.componentPath).map(([, number]) => number);
    numbers.set(table, Math.max(next, ...taken.map((number) => number + 1)));
  }
  for (const [{ componentPath, name }, number] of numbers) {
    if (number > MAX_NUMBER) throw importError("InvalidTableNumber", `Table ${name} has the number ${number}, which is too large.`);
    const ns = catalog.namespace(componentPath);
    if (ns !== undefined && number >= FIRST_TABLE_NUMBER) catalog.reserveNumber(ns, number);
  }
  return {
    of: (table) => numbers.get(table)!,
    namesIn(path) {
      const ns = catalog.namespace(path);
      const planned = [...numbers].filter(([table]) => table.componentPath === path);
      const byNumber = new Map(planned.map(([{ name }, number]) => [number, name]));
      const renumbered = new Set(planned.map(([{ name }]) => name));
      return {
        nameOf(number) {
          const name = ns === undefined ? undefined : catalog.tableByNumber(ns, number)?.name;
          return byNumber.get(number) ?? (name !== undefined && renumbered.has(name) ? undefined : name);
        },
      };
    },
  };
}
