const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A clock on the screen ticks once a second: so much of a fresh deadline may be its lag. */
const CLOCK_LAG = 1000;

const exactFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const minuteFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const dayFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const timeFormat = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const calendarDayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeZone: "UTC" });
const dayAndYearFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

/** The exact moment in the reader's own language and time zone; `at` in ms since 1970. */
export function exactTime(at: number): string {
  return exactFormat.format(at);
}

/** A moment without its seconds, where minutes were chosen: "Nov 28, 2026, 5:16 PM". */
export function minuteTime(at: number): string {
  return minuteFormat.format(at);
}

/** A day "YYYY-MM-DD" in the reader's own language; what is none stays as it is. */
export function dayText(day: string): string {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) ? day : calendarDayFormat.format(at);
}

/** How long ago `at` was, as short as a list needs: "just now", "4 min ago", "3 h ago", "2 d ago", then the date. */
export function timeAgo(at: number, now: number): string {
  const past = now - at;
  if (past < 45_000) return "just now";
  if (past < HOUR) return `${Math.max(1, Math.round(past / MINUTE))} min ago`;
  if (past < DAY) return `${Math.round(past / HOUR)} h ago`;
  if (past < 7 * DAY) return `${Math.round(past / DAY)} d ago`;
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? dayFormat : dayAndYearFormat).format(at);
}

/** Time left as a clock reads it, rounded up so that it never says 0 while time is left: "0:29", "14:05", "3 h 59 min", "2 d 4 h". */
export function timeLeft(dueAt: number, now: number): string {
  const left = Math.max(0, dueAt - now);
  const seconds = Math.ceil(left / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const minutes = Math.ceil((left - CLOCK_LAG) / MINUTE);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  const hours = Math.ceil((left - CLOCK_LAG) / HOUR);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A short time left in words, rounded up: "6 s", "2 min". For waits that a person sits through. */
export function shortLeft(until: number, now: number): string {
  const seconds = Math.ceil(Math.max(0, until - now) / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** A moment to come, as short as a line needs: "14:30", "tomorrow 9:00", then with the day; both in ms since 1970. */
export function comingTime(at: number, now: number): string {
  const day = (ms: number) => new Date(ms).toDateString();
  const time = timeFormat.format(at);
  if (day(at) === day(now)) return time;
  if (day(at) === day(now + DAY)) return `tomorrow ${time}`;
  return `${dayFormat.format(at)}, ${time}`;
}

/** How pressing a deadline is: decides colour, icon and how often a countdown is drawn again. */
export function urgency(dueAt: number, now: number): "over" | "now" | "soon" | "calm" {
  const left = dueAt - now;
  if (left <= 0) return "over";
  if (left < 5 * MINUTE) return "now";
  return left < HOUR ? "soon" : "calm";
}

/** A length of time in whole words, for choices and settings: "30 seconds", "15 minutes", "4 hours", "1 day". */
export function duration(ms: number): string {
  const units: [number, string][] = [
    [DAY, "day"],
    [HOUR, "hour"],
    [MINUTE, "minute"],
  ];
  const [size, word] = units.find(([unit]) => ms >= unit && ms % unit === 0) ?? [1000, "second"];
  const count = Math.round(ms / size);
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** A measured length of time, as exact as is useful: "840 ms", "2.4 s", "3 min 12 s". */
export function elapsed(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A whole number with the reader's own thousands separators. */
export function count(n: number): string {
  return n.toLocaleString();
}

/** How many of something, with the noun's plural formed by an "s": "1 message", "4 messages". */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** How large a file is, as exact as is useful: "412 bytes", "3.4 KiB", "10 MiB". */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return counted(bytes, "byte");
  const [size, unit] = bytes < 1023.5 * 1024 ? [bytes / 1024, "KiB"] : [bytes / 1024 / 1024, "MiB"];
  return `${(size < 9.95 ? Number(size.toFixed(1)) : Math.round(size)).toLocaleString()} ${unit}`;
}

/** The first characters of a digest: enough to compare by eye, the whole stands in its title. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}

/** A word or phrase with its first letter large, for values that are stored small: "matter-of-fact" → "Matter-of-fact". */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
