/** What the clients of the kill loop know: which calls they made, and which of them were answered. */

export type Kind = "write" | "move" | "plan" | "act";

export interface Call {
  kind: Kind;
  /** Its own number, which the rows carry. */
  call: string;
  /** Sockets repeat a mutation that was not answered; nobody repeats an action or a request over HTTP. */
  repeats: boolean;
  /** "lost": the client was told that it cannot know. */
  answer: "none" | "done" | "lost";
}

/** Rows by kind and call number: how many there are. */
export type Rows = ReadonlyMap<string, number>;

export function rowKey(kind: string, call: string): string {
  return `${kind} ${call}`;
}

/**
 * Every way in which the rows contradict the ledger (SPEC D6): an answered call without its row, a call done twice, a call
 * that nobody made, a scheduled mutation that did not run exactly once, a scheduled action that began twice.
 */
export function contradictions(calls: readonly Call[], rows: Rows): string[] {
  const found: string[] = [];
  const left = new Map(rows);
  const take = (kind: string, call: string): number => {
    const count = left.get(rowKey(kind, call)) ?? 0;
    left.delete(rowKey(kind, call));
    return count;
  };
  for (const { kind, call, repeats, answer } of calls) {
    const count = take(kind, call);
    const name = `${kind} ${call} (answer: ${answer})`;
    if (count > 1) found.push(`${name} was done ${count} times`);
    if (count === 0 && answer === "done") found.push(`${name} is lost`);
    if (repeats && answer !== "done") found.push(`${name} was never answered, although its client repeats it`);
    if (kind !== "plan") continue;
    const ran = take("planned", call);
    if (ran !== count) found.push(`the mutation scheduled by ${name} ran ${ran} times`);
    const acted = take("planned action", call);
    if (acted > count) found.push(`the action scheduled by ${name} began ${acted} times`);
  }
  for (const [row, count] of left) found.push(`${count} rows nobody asked for: ${row}`);
  return found;
}
