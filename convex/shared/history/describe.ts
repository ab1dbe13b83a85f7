import { canonicalJson } from "../canonicalJson";
import type { HistoryView } from "./filter";

/** A list and its filter as the history itself and exports name it: "requests" or "events", and the filter's canonical JSON. */
export function viewText({ of, filter }: HistoryView): string {
  const members = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  return Object.keys(members).length === 0 ? `all ${of}` : `${of} with ${canonicalJson(members)}`;
}
