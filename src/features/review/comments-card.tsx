import { api } from "@convex/_generated/api";
import { NOTE_MAX } from "@convex/shared/limits";
import { useMutation } from "convex/react";
import { SendHorizontalIcon } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useId, useState } from "react";
import { AsWritten } from "@/components/as-written";
import { PersonVoice } from "@/components/authored";
import { ErrorNote } from "@/components/page";
import { TimeAgo } from "@/components/time";
import { Button } from "@/components/ui/button";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { Kbd } from "@/components/ui/kbd";
import { Label } from "@/components/ui/label";
import { Textarea } from "@/components/ui/textarea";
import { commentText } from "@/lib/comments";
import { count } from "@/lib/format";
import { initialsOf } from "@convex/shared/account/initials";
import { useOnce } from "@/lib/use-once";
import { noteProblem } from "./note-problem";
import type { RequestPage } from "./types";

/** What people said about this request, oldest first, and a form to say something: the agents do not read it. */
export function CommentsCard({ page, className }: { page: RequestPage; className?: string }) {
  const comments = page.timeline.filter(({ kind }) => kind === "commented");
  return (
    <Card className={className} aria-labelledby="comments-title">
      <CardHeader>
        <CardTitle id="comments-title">Comments</CardTitle>
        {comments.length > 0 && (
          <span className="text-xs text-muted-foreground tabular-nums">{count(comments.length)}</span>
        )}
      </CardHeader>
      <div className="flex flex-col gap-4 p-4">
        {comments.length > 0 && (
          <ol className="flex flex-col gap-4">
            {comments.map(({ id, actor, text, at }) => (
              <li key={id}>
                <PersonVoice name={actor.name} initials={initialsOf(actor.name)} aside={<TimeAgo at={at} />}>
                  <p className="verbatim">
                    <AsWritten text={commentText(text)} />
                  </p>
                </PersonVoice>
              </li>
            ))}
          </ol>
        )}
        <CommentForm requestId={page.request.requestId} />
      </div>
    </Card>
  );
}

function CommentForm({ requestId }: { requestId: RequestPage["request"]["requestId"] }) {
  const comment = useMutation(api.decisions.comment);
  const { run, pending, error, clear } = useOnce();
  const id = useId();
  const [text, setText] = useState("");
  const problem = noteProblem(text, NOTE_MAX);

  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (problem !== null) return;
    if (await run(() => comment({ requestId, text: text.trim() }))) setText("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void submit();
  };
  return (
    <form onSubmit={(event) => void submit(event)} onKeyDown={onKeyDown} noValidate className="flex flex-col gap-2">
      <Label htmlFor={id} className="sr-only">
        Your comment
      </Label>
      {error !== null && <ErrorNote error={error} />}
      <Textarea
        id={id}
        value={text}
        placeholder="Say something about this request"
        aria-describedby={`${id}-hint`}
        aria-invalid={problem === "long"}
        onChange={(event) => {
          clear();
          setText(event.target.value);
        }}
        className="max-h-48"
      />
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p id={`${id}-hint`} className="text-xs text-muted-foreground">
          {problem === "long" ? (
            <span className="font-medium text-destructive">At most {count(NOTE_MAX)} characters.</span>
          ) : (
            "Everybody who sees this request reads it, and it stays in the history. It decides nothing."
          )}
        </p>
        <Button
          type="submit"
          variant="outline"
          size="sm"
          className="ml-auto"
          disabled={pending || problem !== null}
          aria-busy={pending}
        >
          <SendHorizontalIcon aria-hidden />
          {pending ? "Sending…" : "Comment"}
          <Kbd aria-hidden className="hidden lg:inline-flex">
            Ctrl ↵
          </Kbd>
        </Button>
      </div>
    </form>
  );
}
