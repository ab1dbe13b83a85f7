// E-mail addresses of people (rules N4 and N5 in README.md).

import type { Checked } from "./names";

/** RFC 5321, 4.5.3.1: an address has at most 254 characters, its local part at most 64. */
const EMAIL_MAX = 254;
const LOCAL_MAX = 64;
/** RFC 5322's dot-atom. */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** An address as it is stored and compared: NFKC, lower case, no blanks around it (N4). Says nothing about whether it is one. */
export function normalEmail(typed: string): string {
  return typed.normalize("NFKC").trim().toLowerCase();
}

/** An address as it is stored, or what is wrong with it. */
export function checkEmail(typed: string): Checked {
  const text = normalEmail(typed);
  if (text === "") return { ok: false, problem: "Enter an e-mail address." };
  const foreign = /[^\u0021-\u007e]/u.exec(text)?.[0];
  if (foreign !== undefined) return { ok: false, problem: foreignText(foreign) };
  const at = text.lastIndexOf("@");
  const [local, domain] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  const fits = text.length <= EMAIL_MAX && local.length <= LOCAL_MAX;
  if (fits && LOCAL.test(local) && DOMAIN.test(domain)) return { ok: true, text };
  return { ok: false, problem: "This is no e-mail address. Enter one such as maria@example.com." };
}

/** The domain of an address as `checkEmail` gives it. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1);
}

function foreignText(character: string): string {
  if (character === " ") return "An e-mail address has no blanks. Take them out.";
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const shown = /[\p{C}\p{Z}\p{M}]/u.test(character) ? "a character that cannot be seen" : `“${character}”`;
  return `The address holds ${shown} (U+${code}), which may pass for another. Type it by hand; international domains begin with xn--.`;
}
