// From where somebody is signed in, in words a person knows their own devices by.

import { v, type Infer } from "convex/values";

/** The program a session began in, and its network address where the deployment knows it. */
export const vSessionClient = v.object({ program: v.string(), address: v.union(v.string(), v.null()) });
export type SessionClient = Infer<typeof vSessionClient>;

const BROWSERS: [RegExp, string][] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bCriOS\/|\bChrome\/|\bHeadlessChrome\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** "Firefox on Windows" for a browser's user agent; "a program" for any other, and for none. */
export function programName(userAgent: string | null): string {
  if (userAgent === null || !userAgent.startsWith("Mozilla/")) return "a program";
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? "a browser";
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  return system === undefined ? browser : `${browser} on ${system}`;
}
