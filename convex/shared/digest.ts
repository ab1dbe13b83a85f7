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
  return hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** Bytes as lower-case hexadecimal digits. */
export function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
