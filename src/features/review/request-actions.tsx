import { api } from "@convex/_generated/api";
import { useMutation } from "convex/react";
import { BanIcon, RotateCwIcon, ShieldOffIcon, Undo2Icon } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { ErrorNote } from "@/components/page";
import { ReasonField } from "@/components/reason-field";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { mayHaveActed } from "./tries";
import type { RequestPage } from "./types";
import { useOnce } from "@/lib/use-once";

type RequestId = RequestPage["request"]["requestId"];

/** Goes on with a failed request from the step that failed. */
export function RetryButton({ requestId }: { requestId: RequestId }) {
  const retry = useMutation(api.requests.retry);
  const { run, pending, error } = useOnce();
  return (
    <div className="flex flex-col items-start gap-2">
      <Button size="sm" disabled={pending} onClick={() => void run(() => retry({ requestId }))}>
        <RotateCwIcon aria-hidden />
        {pending ? "Retrying…" : "Retry from this step"}
      </Button>
      {error !== null && <ErrorNote error={error} />}
    </div>
  );
}

/**
 * Ways to end a request before it is performed: its requester withdraws it, an operator cancels it. After tries that
 * failed, the words do not promise that nothing was performed.
 */
export function EndActions({ page }: { page: RequestPage }) {
  const { requestId } = page.request;
  const withdraw = useMutation(api.requests.withdraw);
  const cancel = useMutation(api.requests.cancel);
  const revoke = useMutation(api.decisions.revoke);
  const doubt = mayHaveActed(page.executions);
  const stops = `The agents stop, nobody needs to decide, and ${
    doubt === null ? "nothing is performed." : `nothing more is performed. ${doubt}`
  }`;
  const outcome = doubt ?? "Nothing was performed.";
  return (
    <>
      {page.may.revoke && (
        <ConfirmedAction
          icon={<ShieldOffIcon aria-hidden />}
          word="Revoke approval"
          title="Revoke this approval?"
          text="The request ends as rejected and the approved action is not performed. This cannot be undone."
          reason="Why is the approval taken back?"
          call={(reason) => revoke({ requestId, reason })}
          done={`Revoked. ${outcome}`}
        />
      )}
      {page.may.withdraw && (
        <ConfirmedAction
          icon={<Undo2Icon aria-hidden />}
          word="Withdraw"
          title="Withdraw this request?"
          text={`${stops} This cannot be undone; you can submit the message again.`}
          call={() => withdraw({ requestId })}
          done={`Withdrawn. ${outcome}`}
        />
      )}
      {page.may.cancel && (
        <ConfirmedAction
          icon={<BanIcon aria-hidden />}
          word="Cancel request"
          title="Cancel this request?"
          text={`${stops} This cannot be undone.`}
          call={() => cancel({ requestId })}
          done={`Canceled. ${outcome}`}
        />
      )}
    </>
  );
}

/** A button whose dialog asks before it acts; with `reason`, also for the words that go with it. */
function ConfirmedAction(props: {
  icon: React.ReactNode;
  word: string;
  title: string;
  text: string;
  reason?: string;
  call: (reason: string) => Promise<unknown>;
  done: string;
}) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const { run, pending, error, clear } = useOnce();
  const confirm = async () => {
    if (!(await run(() => props.call(reason.trim())))) return;
    setOpen(false);
    toast.success(props.done);
  };
  return (
    <>
      <Button
        variant="outline"
        size="sm"
        onClick={() => {
          clear();
          setOpen(true);
        }}
      >
        {props.icon}
        {props.word}
      </Button>
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogContent>
          <DialogHeader>
            <DialogTitle>{props.title}</DialogTitle>
            <DialogDescription>{props.text}</DialogDescription>
          </DialogHeader>
          {error !== null && <ErrorNote error={error} />}
          {props.reason !== undefined && <ReasonField label={props.reason} text={reason} onText={setReason} />}
          <div className="flex flex-wrap justify-end gap-2">
            <Button variant="outline" onClick={() => setOpen(false)}>
              Keep it
            </Button>
            <Button variant="destructive" disabled={pending} onClick={() => void confirm()}>
              {pending ? "One moment…" : props.word}
            </Button>
          </div>
        </DialogContent>
      </Dialog>
    </>
  );
}
