import { isQuestion } from "@convex/shared/actions";
import { digestOf } from "@convex/shared/digest";
import { CircleCheckIcon, CircleXIcon, EraserIcon, FileXIcon, LayersIcon, MessageSquareIcon, VoteIcon } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { ActionLetter } from "@/components/action-letter";
import { EmptyState } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { exactTime, shortDigest } from "@/lib/format";
import { cn } from "@/lib/utils";
import { digestIn, type Replay, type ReplayDraft, type ReplayStep, shownOf, type Stood } from "./replay";

/** The step itself: who did what, exactly when and from where, about which digest, and what their screen had shown. */
export function StepCard({ replay, step, sentence }: { replay: Replay; step: ReplayStep; sentence: string }) {
  const { client, event } = step;
  const digest = digestIn(event);
  const shown = shownOf(event);
  return (
    <Card aria-label="This step">
      <div className="flex flex-col gap-3 p-4">
        <p className="text-base">
          <span className="font-semibold">{step.actor.name}</span> <span className="verbatim">{step.text}</span>
        </p>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
          <Line label="When">
            <time dateTime={new Date(step.at).toISOString()} className="tabular-nums">
              {exactTime(step.at)}
            </time>
          </Line>
          <Line label="After it">{sentence}</Line>
          {client !== null && (
            <Line label="From">
              {client.kind === "browser" ? "a browser" : "a program"}
              {client.address !== null && ` at ${client.address}`}
            </Line>
          )}
          {digest !== null && (
            <Line label="About">
              <DigestText digest={digest} drafts={replay.drafts} />
            </Line>
          )}
          {shown !== null && (
            <Line label="Their screen">
              reported to have shown <DigestText digest={shown.digest} drafts={replay.drafts} /> since{" "}
              {exactTime(shown.at)}
              {shown.digest === digest ? "" : ", which is not what this step is about"}.
            </Line>
          )}
        </dl>
      </div>
    </Card>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{label}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

/** A digest with the draft that has it. */
function DigestText({ digest, drafts }: { digest: string; drafts: readonly ReplayDraft[] }) {
  const draft = drafts.find((each) => each.digest === digest);
  return (
    <>
      {draft !== undefined && `${isQuestion(draft.action) ? "question" : "draft"} ${draft.revision}, `}digest{" "}
      <code className="font-mono" title={`SHA-256 ${digest}`}>
        {shortDigest(digest)}
      </code>
    </>
  );
}

/** What the step left: the draft in question, the stages and votes, and the comments so far. */
export function StoodCards({ replay, stood }: { replay: Replay; stood: Stood }) {
  const draft = replay.drafts.find(({ revision }) => revision === stood.revision);
  return (
    <>
      {draft === undefined ? (
        <Card aria-label="Draft">
          <EmptyState icon={FileXIcon} title="There was no draft yet">
            <span className="verbatim">{replay.message}</span>
          </EmptyState>
        </Card>
      ) : (
        <DraftStood key={draft.draftId} replay={replay} draft={draft} />
      )}
      {(stood.stages.length > 0 || stood.votes.length > 0) && <DecidingStood stood={stood} />}
      {stood.comments.length > 0 && (
        <Card aria-labelledby="comments-stood">
          <CardHeader>
            <MessageSquareIcon aria-hidden className="size-4 text-muted-foreground" />
            <CardTitle id="comments-stood">Comments until then</CardTitle>
          </CardHeader>
          <ul className="flex flex-col gap-2 p-4">
            {stood.comments.map(({ by, text, at }) => (
              <li key={at}>
                <span className="font-medium">{by}</span> <span className="verbatim">{text}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function DraftStood({ replay, draft }: { replay: Replay; draft: ReplayDraft }) {
  const { playbook, erasedAt } = replay;
  const title = `${isQuestion(draft.action) ? "Question" : "Draft"} ${draft.revision}, as it stood`;
  const isSame = useSameDigest(playbook, draft);
  return (
    <Card aria-label={title}>
      <CardHeader>
        <CardTitle>{title}</CardTitle>
        {draft.editedBy !== null && <Badge variant="outline">Edited by {draft.editedBy}</Badge>}
      </CardHeader>
      <ActionLetter action={draft.action} />
      <footer className="flex flex-wrap items-center gap-1.5 border-t px-4 py-2 text-xs text-muted-foreground sm:px-5">
        {erasedAt !== null ? (
          <EraserIcon aria-hidden className="size-3.5" />
        ) : isSame === false ? (
          <CircleXIcon aria-hidden className="size-3.5 text-destructive" />
        ) : (
          <CircleCheckIcon aria-hidden className={cn("size-3.5", isSame === true && "text-success")} />
        )}
        {erasedAt !== null
          ? `What people wrote in it was erased ${exactTime(erasedAt)}; the digest of the history stays: `
          : isSame === null
            ? "Computing its digest…"
            : isSame
              ? "This text has the digest that the history names: your browser has computed it."
              : "This text does not have the digest that the history names: it was changed after it was written."}
        <code className="font-mono" title={`SHA-256 ${draft.digest}`}>
          {shortDigest(draft.digest)}
        </code>
      </footer>
    </Card>
  );
}

/** Whether a draft's content has the digest it says it has, computed here; null until it is known. */
function useSameDigest(playbook: string, { connector, action, digest }: ReplayDraft): boolean | null {
  const [isSame, setIsSame] = useState<boolean | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void digestOf({ playbook, connector, action }).then((computed) => isCurrent && setIsSame(computed === digest));
    return () => {
      isCurrent = false;
    };
  }, [playbook, connector, action, digest]);
  return isSame;
}

const STANDINGS = { open: "warning", passed: "success", "handed over": "neutral", over: "neutral" } as const;
const VERDICTS = { approve: "approved", reject: "rejected", requestChanges: "asked for changes" } as const;

function DecidingStood({ stood }: { stood: Stood }) {
  return (
    <Card aria-labelledby="deciding-stood">
      <CardHeader>
        <LayersIcon aria-hidden className="size-4 text-muted-foreground" />
        <CardTitle id="deciding-stood">Stages and votes until then</CardTitle>
      </CardHeader>
      <div className="flex flex-col gap-3 p-4">
        <ul className="flex flex-wrap gap-1.5" aria-label="Stages">
          {stood.stages.map(({ name, standing, since }) => (
            <li key={since}>
              <Badge variant={STANDINGS[standing]} title={`Opened ${exactTime(since)}`}>
                {name}: {standing}
              </Badge>
            </li>
          ))}
        </ul>
        {stood.votes.length > 0 && (
          <ul className="flex flex-col gap-1.5" aria-label="Votes">
            {stood.votes.map(({ by, event, at, undone }) => (
              <li key={at} className="flex min-w-0 gap-2">
                <VoteIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
                <span className={cn("min-w-0", undone && "line-through")}>
                  <span className="font-medium">{by}</span> {VERDICTS[event.verdict.kind]} draft {event.revision}
                  {event.verdict.kind === "reject" && <span className="verbatim">: {event.verdict.reason}</span>}
                  {event.verdict.kind === "requestChanges" && (
                    <span className="verbatim">: {event.verdict.feedback}</span>
                  )}
                </span>
                {undone && <Badge variant="outline">Taken back</Badge>}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}
