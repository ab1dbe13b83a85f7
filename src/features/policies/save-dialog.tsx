import { changesOf } from "@convex/shared/policy/changes";
import type { Policy } from "@convex/shared/policy/types";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import type { Explanation } from "@/lib/errors";

/** What saving would change, before it is saved. */
export function SaveDialog(props: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  before: { version: number; policy: Policy };
  after: Policy;
  pending: boolean;
  error: Explanation | null;
  onSave: () => void;
}) {
  const { before, pending, error } = props;
  const changes = props.open ? changesOf(before.policy, props.after) : [];
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Save version {before.version + 1}</DialogTitle>
          <DialogDescription>
            New requests follow it. Requests that are under way keep the version they began with.
          </DialogDescription>
        </DialogHeader>
        <div>
          <p className="mb-1.5 font-medium">Compared with version {before.version}</p>
          <ul className="flex list-disc flex-col gap-1 pl-5">
            {changes.map((change) => (
              <li key={change} className="[overflow-wrap:anywhere]">
                {change}
              </li>
            ))}
          </ul>
        </div>
        {error !== null && <ErrorNote error={error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button variant="outline" onClick={() => props.onOpenChange(false)}>
            Keep editing
          </Button>
          <Button disabled={pending} aria-busy={pending} onClick={props.onSave}>
            {pending ? "Saving…" : `Save version ${before.version + 1}`}
          </Button>
        </div>
      </DialogContent>
    </Dialog>
  );
}
