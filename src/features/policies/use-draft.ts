import { isSame } from "@convex/shared/policy/compare";
import type { Policy } from "@convex/shared/policy/types";
import { useState } from "react";
import { decodeDraft, type Draft, encodeDraft } from "./kept-draft";
import type { PolicyPage } from "./types";

/**
 * A policy being edited. Changes are kept in this browser until they are saved or discarded, so that a reload, a
 * sign-out or a refused save loses nothing.
 */
export function useDraft(
  personId: string,
  page: PolicyPage,
): {
  draft: Draft;
  /** Whether there are changes that are not saved. */
  changed: boolean;
  change: (policy: Policy) => void;
  /** Puts the changes on top of another version. */
  rebase: (version: number) => void;
  discard: () => void;
} {
  const key = keyOf(personId, page.playbook);
  const [kept, setKept] = useState<Draft | null>(() => decodeDraft(read(key)));
  const keep = (draft: Draft | null): void => {
    write(key, draft);
    setKept(draft);
  };
  // What says the same as the version in force is no change, whoever saved it.
  const changes = kept === null || isSame(kept.policy, page.policy) ? null : kept;
  const draft = changes ?? { basedOn: page.version, policy: page.policy };
  return {
    draft,
    changed: changes !== null,
    change: (policy) => keep(isSame(policy, page.policy) ? null : { basedOn: draft.basedOn, policy }),
    rebase: (basedOn) => keep({ basedOn, policy: draft.policy }),
    discard: () => keep(null),
  };
}

/** Whether this browser keeps changes of a person to a playbook's policy. */
export function hasDraft(personId: string, playbook: string): boolean {
  return decodeDraft(read(keyOf(personId, playbook))) !== null;
}

/** Keeps a draft for a person, in place of any other, for the form to open with. */
export function keepDraft(personId: string, playbook: string, draft: Draft): void {
  write(keyOf(personId, playbook), draft);
}

function keyOf(personId: string, playbook: string): string {
  return `countersign.policy.${personId}.${playbook}`;
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, draft: Draft | null): void {
  try {
    if (draft === null) localStorage.removeItem(key);
    else localStorage.setItem(key, encodeDraft(draft));
  } catch {
    // No storage, or too little: the changes stay in memory.
  }
}
