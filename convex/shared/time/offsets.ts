import { Temporal } from "temporal-polyfill";
import { DAY_MS } from "./calendar";

/** From `startMs` (included) to `endMs` (not included) a zone's clock is `offsetMs` ahead of UTC. */
export type OffsetSpan = { startMs: number; endMs: number; offsetMs: number };

/**
 * The longest piece. temporal-polyfill looks for the next change over at least three years, and further when the
 * machine's clock is later; within two, what it finds does not depend on that clock.
 */
const SPAN_MAX_MS = 2 * 366 * DAY_MS;

/**
 * The time from `fromMs` to `toMs` (ms since 1970) in order and without gaps, in pieces in which the offset of an IANA
 * zone stays the same (negative in America). Lazy: what nobody asks for is not looked up.
 * Throws a RangeError for an unknown zone and for an instant that is not a whole number of ms.
 */
export function* offsetSpans(timeZone: string, fromMs: number, toMs: number): Generator<OffsetSpan> {
  let startMs = fromMs;
  while (startMs < toMs) {
    const clock = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(timeZone);
    const changeMs = clock.getTimeZoneTransition("next")?.epochMilliseconds ?? toMs;
    const endMs = Math.min(changeMs, startMs + SPAN_MAX_MS, toMs);
    yield { startMs, endMs, offsetMs: clock.offsetNanoseconds / 1_000_000 };
    startMs = endMs;
  }
}
