import type { Action } from "./actions";
import { canonicalJson } from "./canonicalJson";

/** What a decision is about. Playbook and connector are part of it: the same text sent elsewhere is another action. */
export type Decidable = { playbook: string; connector: string; action: Action };

/** SHA-256 of the canonical JSON of what is decided, as 64 lower-case hexadecimal digits. */
export async function digestOf({ playbook, connector, action }: Decidable): Promise<string> {
  const text = new TextEncoder().encode(canonicalJson({ playbook, connector, action }));
  const hash = await crypto.subtle.digest("SHA-256", text);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
