/**
 * The task to go to from the one selected, `by` one down (1) or up (-1), stopping at the ends. When the selected one is
 * no longer in the list, the one that moved to `lastIndex`, its old place, is next.
 *
 * @returns undefined when there is nowhere to go
 */
export function step<Id extends string>(
  ids: readonly Id[],
  selected: string | undefined,
  lastIndex: number,
  by: 1 | -1,
): Id | undefined {
  if (selected === undefined) return ids[0];
  const index = ids.findIndex((id) => id === selected);
  const target = index >= 0 ? index + by : by === 1 ? lastIndex : lastIndex - 1;
  const within = Math.min(Math.max(target, 0), ids.length - 1);
  const id = ids[within];
  return id === selected ? undefined : id;
}
