import type { Interval } from "@convex/shared/time/calendar";

/**
 * A day's working hours as they are typed: "9-12:30, 13:30–17:30". Full hours may leave out ":00". What is no time is
 * kept as it is, for the check to point at; an empty text is a day without work.
 */
export function parseHours(text: string): Interval[] {
  const pieces = text.split(/[,;]/).map((piece) => piece.trim());
  return pieces
    .filter((piece) => piece !== "")
    .map((piece) => {
      const [from = "", to = "", ...rest] = piece.split(/\s*(?:-|–|—|\bto\b)\s*/);
      return { from: clockOf(from), to: clockOf([to, ...rest].join("-")) };
    });
}

function clockOf(text: string): string {
  const match = /^(\d{1,2})(?::(\d{2}))?$/.exec(text.trim());
  return match === null ? text.trim() : `${(match[1] ?? "").padStart(2, "0")}:${match[2] ?? "00"}`;
}
