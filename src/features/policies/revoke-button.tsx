import { api } from "@convex/_generated/api";
import type { Rule } from "@convex/shared/policy/types";
import { useMutation } from "convex/react";
import { useState } from "react";
import { toast } from "sonner";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { useOnce } from "@/lib/use-once";

/** Revokes a rule that approves without a person, after asking once more. */
export function RevokeButton({ playbook, rule }: { playbook: string; rule: Rule }) {
  const revoke = useMutation(api.policies.revokeRule);
  const { run, pending, error } = useOnce();
  const [open, setOpen] = useState(false);
  const confirm = async () => {
    const done = await run(() => revoke({ playbook, ruleId: rule.id }));
    if (!done) return;
    setOpen(false);
    toast.success(`“${rule.name}” approves nothing any more.`);
  };
  return (
    <>
      <Button
        type="button"
        variant="outline"
        size="sm"
        aria-label={`Revoke the rule ${rule.name}`}
        onClick={() => setOpen(true)}
      >
        Revoke…
      </Button>
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogContent>
          <DialogHeader>
            <DialogTitle>Revoke “{rule.name}”?</DialogTitle>
            <DialogDescription>
              It stops approving at once, also for requests under way with an earlier version. What it approved before
              stays approved. This cannot be taken back: to approve such requests again, make a new rule.
            </DialogDescription>
          </DialogHeader>
          {error !== null && <ErrorNote error={error} />}
          <div className="flex flex-wrap justify-end gap-2">
            <Button variant="outline" onClick={() => setOpen(false)}>
              Keep the rule
            </Button>
            <Button variant="destructive" disabled={pending} aria-busy={pending} onClick={() => void confirm()}>
              {pending ? "Revoking…" : "Revoke the rule"}
            </Button>
          </div>
        </DialogContent>
      </Dialog>
    </>
  );
}
