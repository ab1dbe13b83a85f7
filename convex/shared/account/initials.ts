/**
 * Up to two letters to stand for somebody known only by an address or a name: "Maria Lopez <maria@…>" and
 * "maria.lopez@example.com" give "ML". "?" when there is no letter or digit at all.
 */
export function initialsOf(from: string): string {
  const name = from.replace(/<[^>]*>/g, "").trim() || from.replace(/[<>]/g, "");
  const local = name.includes("@") ? name.slice(0, name.indexOf("@")) : name;
  const words = local.match(/[\p{L}\p{N}]+/gu) ?? [];
  const first = words[0];
  if (first === undefined) return "?";
  const last = words.length > 1 ? words.at(-1) : undefined;
  return [first, last]
    .map((word) => (word === undefined ? "" : [...word][0]))
    .join("")
    .toUpperCase();
}
