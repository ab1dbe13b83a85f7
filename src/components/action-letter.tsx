import { type Action, kindOf } from "@convex/shared/actions";
import type { ReactNode } from "react";
import { ActionFrame, type Parts } from "@/components/action-frame";
import { AsWritten } from "@/components/as-written";
import { DiffText } from "@/components/diff-text";
import { actionFields, fieldChanges } from "@/lib/action-fields";

/** An action as it will be performed: every one of its fields, in the form of its kind. */
export function ActionLetter({ action, className }: { action: Action; className?: string }) {
  const parts = actionFields(action).map(({ field, text }): [string, ReactNode] => [
    field.name,
    <AsWritten key={field.name} text={text} />,
  ]);
  return <ActionFrame kind={kindOf(action)} parts={partsFrom(parts)} className={className} />;
}

/** The same action with what changed from `before` marked in every part of it. */
export function ActionDiff({ before, after, className }: { before: Action; after: Action; className?: string }) {
  const parts = fieldChanges(before, after).map((change): [string, ReactNode] => [
    change.field.name,
    <DiffText key={change.field.name} before={change.before ?? ""} after={change.after ?? ""} />,
  ]);
  return <ActionFrame kind={kindOf(after)} parts={partsFrom(parts)} className={className} />;
}

function partsFrom(entries: [string, ReactNode][]): Parts {
  return new Map(entries);
}
