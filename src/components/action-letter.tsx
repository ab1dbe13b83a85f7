import type { Action } from "@convex/shared/actions";
import type { ReactNode } from "react";
import { DiffText } from "@/components/diff-text";
import { actionFields, fieldChanges } from "@/lib/action-fields";
import { cn } from "@/lib/utils";

/** An action as it will be performed: the message as plain text under its head, with its typed fields. */
export function ActionLetter({ action, className }: { action: Action; className?: string }) {
  return (
    <LetterFrame
      className={className}
      to={action.to}
      subject={action.subject}
      fields={actionFields(action).map(({ name, value }) => ({ name, value }))}
      body={action.body}
    />
  );
}

/** The same letter with what changed from `before` marked in every part of it. */
export function ActionDiff({ before, after, className }: { before: Action; after: Action; className?: string }) {
  return (
    <LetterFrame
      className={className}
      to={<DiffText before={before.to} after={after.to} />}
      subject={<DiffText before={before.subject} after={after.subject} />}
      fields={fieldChanges(before, after).map((change) => ({
        name: change.name,
        value: <DiffText before={change.before ?? ""} after={change.after ?? ""} />,
      }))}
      body={<DiffText before={before.body} after={after.body} />}
    />
  );
}

/** A letter whose parts may still be missing, because the agent is writing it. */
export function LetterFrame(props: {
  to: ReactNode;
  subject: ReactNode;
  fields: { name: string; value: ReactNode }[];
  body: ReactNode;
  className?: string;
}) {
  return (
    <div className={cn("min-w-0", props.className)}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 border-b px-4 py-3 sm:px-5">
        <Line name="To">{props.to}</Line>
        <Line name="Subject">
          <span className="font-medium">{props.subject}</span>
        </Line>
        {props.fields.map(({ name, value }) => (
          <Line key={name} name={name}>
            <span className="font-medium tabular-nums">{value}</span>
          </Line>
        ))}
      </dl>
      <div className="verbatim px-4 py-4 text-[15px] leading-6 sm:px-5">{props.body}</div>
    </div>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="verbatim min-w-0">{children}</dd>
    </>
  );
}
