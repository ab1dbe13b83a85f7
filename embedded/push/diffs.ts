/** What a finished push changed, component by component, as the command line prints it. */
import { isDeepStrictEqual } from "node:util";
import type { IndexDiff } from "../storage/index-diff.ts";
import type { SchemaJson } from "../storage/schema-json.ts";
import type { CronSpec } from "./crons.ts";
import { isChunk } from "./modules.ts";

/** What changed about one component; names only. */
export interface ComponentDiff {
  diffType: { type: "create" | "modify" | "unmount" | "remount" };
  moduleDiff: { added: string[]; removed: string[] };
  udfConfigDiff: { previous_version: string; next_version: string } | null;
  cronDiff: { added: string[]; updated: string[]; deleted: string[] };
  indexDiff: IndexDiff;
  schemaDiff: { previous_schema: string | null; next_schema: string | null } | null;
}

/** The part of a component that a diff compares. */
export interface ComponentPart {
  modules: string[];
  crons: readonly CronSpec[];
  serverVersion: string;
}

const NO_INDEXES: IndexDiff = { added_indexes: [], removed_indexes: [], enabled_indexes: [], disabled_indexes: [] };
const NOTHING: ComponentPart = { modules: [], crons: [], serverVersion: "" };

/** The difference a push makes to a component that is in the new tree; `before` null: it was not in the old one. */
export function componentDiff(o: {
  type: "create" | "modify" | "remount";
  before: ComponentPart | null;
  after: ComponentPart;
  indexDiff: IndexDiff;
  schemas: [before: SchemaJson | null, after: SchemaJson | null];
}): ComponentDiff {
  const before = o.before ?? NOTHING;
  const [previous, next] = o.schemas;
  const isVersionChange = o.before !== null && before.serverVersion !== o.after.serverVersion;
  return {
    diffType: { type: o.type },
    moduleDiff: listDiff(shown(before.modules), shown(o.after.modules)),
    udfConfigDiff: isVersionChange
      ? { previous_version: before.serverVersion, next_version: o.after.serverVersion }
      : null,
    cronDiff: cronDiff(before.crons, o.after.crons),
    indexDiff: o.indexDiff,
    schemaDiff: isDeepStrictEqual(previous, next)
      ? null
      : { previous_schema: previous && JSON.stringify(previous), next_schema: next && JSON.stringify(next) },
  };
}

/** A component that is no longer part of the tree: its code and crons go, its tables and schema stay. */
export function unmountedDiff(before: ComponentPart): ComponentDiff {
  return {
    diffType: { type: "unmount" },
    moduleDiff: { added: [], removed: shown(before.modules) },
    udfConfigDiff: null,
    cronDiff: cronDiff(before.crons, []),
    indexDiff: NO_INDEXES,
    schemaDiff: null,
  };
}

/** What is only in `after`, and what is only in `before`. */
export function listDiff(before: readonly string[], after: readonly string[]): { added: string[]; removed: string[] } {
  const old = new Set(before);
  const now = new Set(after);
  return { added: after.filter((item) => !old.has(item)), removed: before.filter((item) => !now.has(item)) };
}

function cronDiff(before: readonly CronSpec[], after: readonly CronSpec[]): ComponentDiff["cronDiff"] {
  const old = new Map(before.map((cron) => [cron.identifier, cron]));
  const { added, removed } = listDiff(
    [...old.keys()],
    after.map(({ identifier }) => identifier),
  );
  const updated = after.filter(
    (cron) => old.has(cron.identifier) && !isDeepStrictEqual(cron, old.get(cron.identifier)),
  );
  return { added, updated: updated.map(({ identifier }) => identifier), deleted: removed };
}

function shown(modules: readonly string[]): string[] {
  return modules.filter((path) => !isChunk(path)).sort();
}
