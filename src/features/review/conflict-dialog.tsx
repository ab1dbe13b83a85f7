import { CopyIcon } from "lucide-react";
import { toast } from "sonner";
import { ActionDiff } from "@/components/action-letter";
import { TimeAgo } from "@/components/time";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import type { Explanation } from "@/lib/errors";
import type { RequestPage } from "./types";

/**
 * A decision that was not taken because somebody or something was faster: who won, what changed in the draft since the
 * person read it, and what they had written. `about` is the revision they decided on, null where it was none; `onDecide` leads on to the current
 * draft and is null where there is nothing left to decide.
 */
export function ConflictDialog(props: {
  error: Explanation;
  page: RequestPage;
  about: number | null;
  kept: string;
  onDecide: (() => void) | null;
  onClose: () => void;
}) {
  const { error, page, about, kept } = props;
  const current = page.task?.revision ?? page.drafts[0]?.revision;
  const at = error.desk?.["decidedAt"];
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()}>
      <DialogContent className="sm:max-w-2xl">
        <DialogHeader>
          <DialogTitle>{error.title}</DialogTitle>
          <DialogDescription className="verbatim">
            {error.message} {typeof at === "number" && <TimeAgo at={at} className="text-xs" />}
          </DialogDescription>
        </DialogHeader>
        {about !== null && current !== undefined && <WhatChanged page={page} from={about} to={current} />}
        {kept !== "" && <KeptCopy text={kept} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button variant="outline" onClick={props.onClose}>
            Close
          </Button>
          {/* The refusal can be here before the draft that it is about. */}
          {props.onDecide !== null && current !== about && (
            <Button onClick={props.onDecide}>Decide on draft {current}</Button>
          )}
        </div>
      </DialogContent>
    </Dialog>
  );
}

/** Two revisions of a draft as one, with every change marked. Nothing where one of them is not there or both are one. */
export function WhatChanged({ page, from, to }: { page: RequestPage; from: number; to: number }) {
  const before = page.drafts.find((draft) => draft.revision === from);
  const after = page.drafts.find((draft) => draft.revision === to);
  if (before === undefined || after === undefined || before === after) return null;
  return (
    <section aria-label="What changed" className="min-w-0 rounded-md border">
      <p className="border-b px-4 py-2 text-xs text-muted-foreground">
        What changed from draft {from} to draft {to}
        {after.editedBy !== null && `, edited by ${after.editedBy}`}
      </p>
      {/* Focusable, so that the arrow keys scroll it. */}
      <div tabIndex={0} className="max-h-[45dvh] overflow-y-auto focus-visible:outline-offset-[-2px]">
        <ActionDiff before={before.action} after={after.action} />
      </div>
    </section>
  );
}

function KeptCopy({ text }: { text: string }) {
  const copy = async () => {
    // A browser may refuse; the text stays on the screen to be copied by hand.
    const copied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    if (copied) toast.success("Copied.");
    else toast.error("The browser did not copy it. Select the text and copy it by hand.");
  };
  return (
    <section aria-label="What you wrote" className="min-w-0 rounded-md border">
      <div className="flex items-center justify-between gap-3 border-b py-1 pr-1 pl-4 text-xs text-muted-foreground">
        What you wrote is kept
        <Button variant="ghost" size="sm" onClick={() => void copy()}>
          <CopyIcon aria-hidden />
          Copy
        </Button>
      </div>
      <p tabIndex={0} className="verbatim max-h-40 overflow-y-auto px-4 py-2 focus-visible:outline-offset-[-2px]">
        {text}
      </p>
    </section>
  );
}
