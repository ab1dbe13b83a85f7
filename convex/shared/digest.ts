import type { Action } from "./actions";
import { canonicalJson } from "./canonicalJson";

/** What a decision is about. Playbook and connector are part of it: the same text sent elsewhere is another action. */
export type Decidable = { playbook: string; connector: string; action: Action };

/** SHA-256 of the canonical JSON of what is decided, as 64 lower-case hexadecimal digits. */
export async function digestOf({ playbook, connector, action }: Decidable): Promise<string> {
  return await sha256(canonicalJson({ playbook, connector, action }));
}

/** SHA-256 of a text in UTF-8, as 64 lower-case hexadecimal digits. */
export async function sha256(text: string): Promise<string> {
  return await sha256OfBytes(new TextEncoder().encode(text));
}

/** SHA-256 of bytes, as 64 lower-case hexadecimal digits. */
export async function sha256OfBytes(bytes: BufferSource): Promise<string> {
  return digitsOf(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** The two digits of each byte. */
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Bytes as lower-case hexadecimal digits. */
export function digitsOf(bytes: Uint8Array): string {
  let digits = "";
  for (const byte of bytes) digits += DIGITS[byte];
  return digits;
}
