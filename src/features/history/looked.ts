/** How many rows were compared one by one, how many of them matched, and back to when (ms since 1970). */
export type Looked = { rows: number; found: number; backTo: number };

/** What the ends of pages say together; null where no page says anything. */
export function lookedAt(pages: readonly Looked[]): Looked | null {
  const last = pages.at(-1);
  if (last === undefined) return null;
  const sum = (of: (page: Looked) => number) => pages.reduce((total, page) => total + of(page), 0);
  return { rows: sum((page) => page.rows), found: sum((page) => page.found), backTo: last.backTo };
}
