import { api } from "@convex/_generated/api";
import { useMutation } from "convex/react";
import { Undo2Icon } from "lucide-react";
import { useEffect } from "react";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { shortLeft } from "@/lib/format";
import { useNow } from "@/lib/now";
import { rememberDecision, type RecentDecision } from "@/lib/recent-decision";
import { useKeys } from "@/lib/use-keys";
import { useOnce } from "@/lib/use-once";

const DID = { approved: "approved", rejected: "rejected", changesRequested: "sent back" } as const;

/** The last decision, for who has gone on to the next task while it can still be undone. */
export function RecentStrip({ recent }: { recent: RecentDecision }) {
  const undo = useMutation(api.decisions.undo);
  const { run, pending, error } = useOnce();
  const now = useNow("second");
  const over = now >= recent.until;
  const takeBack = async () => {
    if (!(await run(() => undo({ requestId: recent.requestId })))) return;
    rememberDecision(null);
    toast.success("Undone. It waits for a decision again.");
  };
  useKeys({ z: () => void takeBack() }, !over && !pending);
  useEffect(() => {
    if (error !== null) toast.error(error.message);
  }, [error]);
  if (over) return null;
  return (
    <div className="flex items-center justify-between gap-3 border-t bg-card px-4 py-2 text-xs">
      <p className="min-w-0">
        <span className="block truncate">
          You {recent.question && recent.outcome === "changesRequested" ? "answered" : DID[recent.outcome]}{" "}
          <span className="font-medium">{recent.subject}</span>
        </span>
        <span role="timer" className="block text-muted-foreground tabular-nums">
          It takes effect in {shortLeft(recent.until, now)}.
        </span>
      </p>
      <Button variant="outline" size="sm" disabled={pending} onClick={() => void takeBack()}>
        <Undo2Icon aria-hidden />
        Undo
        <Kbd aria-hidden className="hidden lg:inline-flex">
          z
        </Kbd>
      </Button>
    </div>
  );
}
