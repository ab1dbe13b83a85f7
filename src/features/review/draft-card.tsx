import { isQuestion, kindOfPlaybook, shapeOfKind } from "@convex/shared/actions";
import { BotIcon, GitCompareIcon, MessageCircleQuestionIcon, PenLineIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { ActionFrame } from "@/components/action-frame";
import { ActionDiff, ActionLetter } from "@/components/action-letter";
import { AsWritten, UnseenNote } from "@/components/as-written";
import { PersonVoice } from "@/components/authored";
import { TimeAgo } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { actionFields } from "@/lib/action-fields";
import { capitalized, shortDigest } from "@/lib/format";
import { initialsOf } from "@convex/shared/account/initials";
import { cn } from "@/lib/utils";
import { draftName } from "./draft-words";
import { isAsking, type LiveDraft, writtenFields } from "./live-draft";
import { modelWords } from "./model-words";
import type { Draft } from "./types";

/** What a person asked to be different, or answered to a question: the next draft follows it. */
export type Feedback = { by: string; text: string; at: number; question: string | null };

/**
 * The draft as it will be performed, or the question that waits for an answer: the largest thing on the screen. `previous`
 * is what it can be compared with and `feedback` what was said about the revision before it, if any.
 */
export function DraftCard(props: { draft: Draft; previous: Draft | null; feedback: Feedback | null }) {
  const { draft, previous, feedback } = props;
  // A person's text stands on plain ground behind a solid edge.
  const edited = draft.editedBy !== null;
  const question = isQuestion(draft.action);
  const Icon = edited ? PenLineIcon : question ? MessageCircleQuestionIcon : BotIcon;
  const title = capitalized(draftName(draft));
  const [comparing, setComparing] = useState(false);
  return (
    <Card aria-label={title} className={cn(!edited && "border-dashed border-agent-border")}>
      <header
        className={cn(
          "flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1.5 rounded-t-lg border-b px-4 py-2 sm:px-5",
          !edited && "border-dashed border-agent-border bg-agent",
        )}
      >
        <h2
          className={cn("inline-flex items-center gap-1.5 text-sm font-semibold", !edited && "text-agent-foreground")}
        >
          <Icon aria-hidden className="size-4" />
          {title}
        </h2>
        <Badge variant="outline">{edited ? `Edited by ${draft.editedBy}` : modelWords(draft.model)}</Badge>
        <TimeAgo at={draft.createdAt} className="hidden text-xs text-muted-foreground sm:inline" />
        {previous !== null && (
          <Button
            variant="outline"
            size="sm"
            className="ml-auto"
            aria-pressed={comparing}
            aria-label={`Changes since draft ${previous.revision}`}
            onClick={() => setComparing(!comparing)}
          >
            <GitCompareIcon aria-hidden />
            Changes
          </Button>
        )}
      </header>
      {feedback !== null && <FeedbackLine feedback={feedback} />}
      <UnseenNote texts={actionFields(draft.action).map(({ text }) => text)} />
      {comparing && previous !== null ? (
        <ActionDiff before={previous.action} after={draft.action} />
      ) : (
        <ActionLetter action={draft.action} />
      )}
      <footer className="border-t px-4 py-2 text-xs text-muted-foreground sm:px-5">
        {question
          ? "The drafting agent asks this before it proposes an action. Nothing is performed. Digest "
          : `Performed through the ${draft.connector} exactly as above, or not at all. Digest `}
        <code className="font-mono" title={`SHA-256 ${draft.digest}`}>
          {shortDigest(draft.digest)}
        </code>
      </footer>
    </Card>
  );
}

/** The draft while an agent writes it; `live` is null until its first words. `to` is who the desk would write to. */
export function LiveDraftCard(props: {
  playbook: string;
  live: LiveDraft | null;
  revision: number;
  to: string;
  feedback: Feedback | null;
}) {
  const { playbook, live, revision, to, feedback } = props;
  const kind = isAsking(live) ? "question" : kindOfPlaybook(playbook);
  const title = `${kind === "question" ? "Question" : "Draft"} ${revision}`;
  const { shown, at } = writtenFields(shapeOfKind(kind).fields, live, to);
  const parts = shown.map(({ field, text }): [string, ReactNode] => [
    field.name,
    text === null ? (
      <Coming key={field.name} long={field.widget === "text"} />
    ) : (
      <Words key={field.name} text={text} caret={field.name === at} />
    ),
  ]);
  return (
    <Card aria-label={`${title}, being written`} aria-busy className="border-dashed border-agent-border">
      <header className="flex min-h-11 items-center gap-3 rounded-t-lg border-b border-dashed border-agent-border bg-agent px-4 py-2 sm:px-5">
        <h2 className="inline-flex items-center gap-1.5 text-sm font-semibold text-agent-foreground">
          <BotIcon aria-hidden className="size-4" />
          {title}
        </h2>
        <span className="text-xs text-muted-foreground">
          {live === null ? "The agents are looking things up…" : "Being written…"}
        </span>
      </header>
      {feedback !== null && <FeedbackLine feedback={feedback} />}
      <ActionFrame kind={kind} parts={new Map(parts)} />
    </Card>
  );
}

function Words({ text, caret }: { text: string; caret: boolean }) {
  return (
    <>
      <AsWritten text={text} />
      {caret && <Caret />}
    </>
  );
}

/** The place of a field that is not written yet. Its parent may be a heading, so it is made of spans. */
function Coming({ long }: { long: boolean }) {
  if (!long) return <Blank className="my-0.5 inline-block w-40 max-w-full align-middle" />;
  return (
    <span className="flex flex-col gap-2.5 py-1">
      <Blank className="w-1/3" />
      <Blank className="w-full" />
      <Blank className="w-11/12" />
      <Blank className="w-2/3" />
    </span>
  );
}

function Blank({ className }: { className: string }) {
  return <span aria-hidden className={cn("h-4 rounded-md bg-accent", className)} />;
}

function FeedbackLine({ feedback }: { feedback: Feedback }) {
  return (
    <div className="border-b px-4 py-3 sm:px-5">
      <PersonVoice
        name={feedback.by}
        initials={initialsOf(feedback.by)}
        aside={
          <>
            {feedback.question === null ? "asked for" : "answered"} <TimeAgo at={feedback.at} />
          </>
        }
      >
        {feedback.question !== null && <p className="verbatim mb-1 text-muted-foreground">“{feedback.question}”</p>}
        <p className="verbatim">
          <AsWritten text={feedback.text} />
        </p>
      </PersonVoice>
    </div>
  );
}

/** Where the agent is writing. */
export function Caret() {
  return <span aria-hidden className="ml-0.5 inline-block h-[1.1em] w-0.5 translate-y-[0.2em] bg-agent-foreground" />;
}
