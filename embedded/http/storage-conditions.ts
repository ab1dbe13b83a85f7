/** Conditional requests and ranges of one file (SPEC B7, B8). */
import type { IncomingHttpHeaders } from "node:http";

/** Whether the client already has the bytes that `etag` names, by `If-None-Match`. */
export function isFresh(headers: IncomingHttpHeaders, etag: string): boolean {
  const known = headers["if-none-match"];
  if (known === undefined) return false;
  return known.trim() === "*" || known.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}

/**
 * The bytes `Range` asks for of a file of `size` bytes, both ends included. Null for the whole file: without the header,
 * for one that is malformed or of another unit, and when `If-Range` names other bytes. Several ranges cannot be answered.
 */
export function rangeOf(
  headers: IncomingHttpHeaders,
  size: number,
  etag: string,
): { start: number; end: number } | "unsatisfiable" | null {
  const { range } = headers;
  const condition = headers["if-range"];
  if (range === undefined || (condition !== undefined && condition !== etag)) return null;
  const specs = /^bytes=(.+)$/i.exec(range.trim())?.[1]?.split(",");
  if (specs === undefined) return null;
  const parsed = specs.map((spec) => /^(\d*)\s*-\s*(\d*)$/.exec(spec.trim()));
  if (parsed.some((match) => !match || (match[1] === "" && match[2] === ""))) return null;
  if (parsed.length > 1) return "unsatisfiable";
  const [, from = "", to = ""] = parsed[0] ?? [];
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== "" && to !== "" && Number(to) < Number(from)) return null;
  return start > end ? "unsatisfiable" : { start, end };
}

/** The headers of an answer that does not hold the file. */
export function weakly(headers: Record<string, string>): Record<string, string> {
  const { "content-type": _type, "cache-control": _cache, ...rest } = headers;
  return rest;
}
