import { v, type Infer } from "convex/values";

/** CSV for spreadsheets; JSON lines for programs, and, for events, to be verified (docs/history.md). */
export const vExportFormat = v.union(v.literal("csv"), v.literal("jsonl"));
export type ExportFormat = Infer<typeof vExportFormat>;

/** Where a part of an export begins. */
export const vExportPlace = v.object({
  /** 1 for the first part. */
  part: v.number(),
  /** Where its rows begin in the filter's list; null at the start. */
  cursor: v.union(v.string(), v.null()),
  /** Rows in the parts before. */
  rows: v.number(),
  /** Of signed lines: the hash that names the part before, and the first leaf that is not in it. */
  previous: v.union(v.string(), v.null()),
  from: v.number(),
});
export type ExportPlace = Infer<typeof vExportPlace>;

export const FIRST_PLACE: ExportPlace = { part: 1, cursor: null, rows: 0, previous: null, from: 0 };

/** The path of the download at the deployment's address for other programs. */
export const EXPORT_PATH = "/history/export";
