import { instantOf } from "@convex/shared/time/localTime";
import { Temporal } from "temporal-polyfill";

/** An instant (ms since 1970) as a field for local times shows it, on the clock of a zone: "2027-03-28T14:30"; "" for none. */
export function localText(at: number, timeZone: string): string {
  try {
    const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
    return zoned.toPlainDateTime().toString({ smallestUnit: "minute" });
  } catch {
    // No instant, or no zone: both are told where they were entered.
    return "";
  }
}

/** The instant that such a text names in a zone, or why it names none; `at` is NaN then. */
export function instantFrom(dateTime: string, timeZone: string): { at: number; problem: string | undefined } {
  if (dateTime === "") return { at: Number.NaN, problem: undefined };
  const result = instantOf({ dateTime, timeZone }, "until");
  return result.kind === "instant"
    ? { at: result.at, problem: undefined }
    : { at: Number.NaN, problem: result.problem.reason };
}
