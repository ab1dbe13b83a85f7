import {
  EVENT_KINDS,
  type EventKind,
  type HistoryView,
  REQUEST_OUTCOMES,
  type RequestOutcome,
} from "@convex/shared/history/filter";

/** The history's part of the address: which list, and its filter. Days are "YYYY-MM-DD" in the reader's time zone, both included. */
export type HistorySearch = {
  of?: "requests";
  text?: string;
  from?: string;
  to?: string;
  playbook?: string;
  version?: number;
  stage?: string;
  group?: string;
  outcome?: RequestOutcome;
  requester?: string;
  decider?: string;
  kind?: EventKind;
  person?: string;
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads the address; what it does not know is left out. */
export function readHistorySearch(search: Record<string, unknown>): HistorySearch {
  const { of, version } = search;
  const outcome = REQUEST_OUTCOMES.find((one) => one === search["outcome"]);
  const kind = EVENT_KINDS.find((one) => one === search["kind"]);
  const words = { text: wordsOf(search["text"]), from: dayOf(search["from"]), to: dayOf(search["to"]) };
  const ids = ["playbook", "stage", "group", "requester", "decider", "person"].map((name) => [
    name,
    wordsOf(search[name]),
  ]);
  return present({
    ...words,
    ...(Object.fromEntries(ids) as Pick<
      HistorySearch,
      "playbook" | "stage" | "group" | "requester" | "decider" | "person"
    >),
    ...(of === "requests" ? { of: "requests" as const } : {}),
    ...(typeof version === "number" && Number.isInteger(version) ? { version } : {}),
    outcome,
    kind,
  });
}

/** The list and filter that an address asks for; members that the list does not have are left out. */
export function viewOf(search: HistorySearch): HistoryView {
  const { of, text, from, to, playbook, version, stage, group, outcome, requester, decider, kind, person } = search;
  const since = from === undefined ? undefined : startOf(from, 0);
  const until = to === undefined ? undefined : startOf(to, 1);
  const common = { text, since, until, playbook, version: playbook === undefined ? undefined : version, stage, group };
  return of === "requests"
    ? { of, filter: present({ ...common, outcome, requester, decider }) }
    : { of: "events", filter: present({ ...common, kind, person }) };
}

/** The address of a list and filter, as `viewOf` reads it. */
export function searchOf(view: HistoryView): HistorySearch {
  const { since, until, ...filter } = view.filter;
  return present({
    ...(view.of === "requests" ? { of: view.of } : {}),
    ...filter,
    from: since === undefined ? undefined : dayAt(since),
    to: until === undefined ? undefined : dayAt(until - 1),
  });
}

/** How many members of the address filter its list. */
export function filtersSet(search: HistorySearch): number {
  return Object.keys(viewOf(search).filter).length;
}

/** The object without its undefined members: an address has no place for them. */
function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}

/** Words of an address; a number in it is words, too. */
function wordsOf(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text.trim() !== "" ? text : undefined;
}

function dayOf(value: unknown): string | undefined {
  return typeof value === "string" && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

/** The first moment of a day in the reader's time zone, `after` days later; ms since 1970. */
function startOf(day: string, after: number): number {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + after).getTime();
}

function dayAt(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
