/** A moment (ms since 1970) as the value of an `<input type="datetime-local">`: the reader's own clock, to the minute. */
export function toLocalInput(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The moment (ms since 1970) that such a value names, or null where it is empty or none. */
export function fromLocalInput(value: string): number | null {
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(value) ? new Date(value).getTime() : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
