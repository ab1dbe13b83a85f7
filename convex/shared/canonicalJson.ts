/** What canonical JSON can hold. `undefined` members are left out, as JSON.stringify does. */
export type Canonical = null | boolean | number | string | Canonical[] | { [key: string]: Canonical | undefined };

/**
 * The canonical JSON text of a value (RFC 8785): no white space, object members sorted by UTF-16 code units, numbers
 * and strings as ECMAScript writes them. Two equal values always give the same text.
 * Throws a TypeError for what JSON cannot say (NaN, infinities, lone surrogates, functions, bigint).
 */
export function canonicalJson(value: Canonical): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical JSON form.`);
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new TypeError("A string with a lone surrogate has no canonical JSON form.");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object") throw new TypeError(`A ${typeof value} has no canonical JSON form.`);
  let members = "";
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members += `${members === "" ? "" : ","}${canonicalJson(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}
