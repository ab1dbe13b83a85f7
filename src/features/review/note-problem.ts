/** What keeps a reason or feedback from being sent: nothing in it but white space, or more than `max` characters. */
export function noteProblem(text: string, max: number): "empty" | "long" | null {
  const length = text.trim().length;
  if (length === 0) return "empty";
  return length > max ? "long" : null;
}
