// What the desk can recognise by its form as belonging to one customer.

/** Bounded as RFC 5321 bounds addresses, so that no text makes the search slow. */
const EMAIL = /[^\s@<>"'(),;:]{1,64}@[^\s@<>"'(),;:]{1,253}\.[^\s@<>"'(),;:.]{1,63}/u;
const ORDER_NUMBER = /\bFH[-\s]?\d{4,6}\b/iu;

/**
 * The first e-mail address or order number in a text, or null. Compatibility forms (such as a full-width "＠") are
 * unfolded, dashes made one, and invisible characters left out first, so that none of them hides anything.
 */
export function personalData(text: string): { kind: "email" | "orderNumber"; text: string } | null {
  const plain = text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/\p{Pd}/gu, "-");
  const email = EMAIL.exec(plain)?.[0];
  if (email !== undefined) return { kind: "email", text: email };
  const order = ORDER_NUMBER.exec(plain)?.[0];
  return order === undefined ? null : { kind: "orderNumber", text: order };
}

/** The order numbers that a text names, such as FH-20418, in capitals, each once, in their order. */
export function orderNumbersIn(text: string): string[] {
  return [...new Set(text.match(/\bFH-\d{4,6}\b/gi)?.map((number) => number.toUpperCase()))];
}
