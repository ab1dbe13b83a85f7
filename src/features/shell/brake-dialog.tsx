import { api } from "@convex/_generated/api";
import { useMutation, useQuery } from "convex/react";
import { CirclePlayIcon, OctagonXIcon } from "lucide-react";
import { useState } from "react";
import { ErrorNote } from "@/components/page";
import { ReasonField } from "@/components/reason-field";
import { TimeAgo } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { useOnce } from "@/lib/use-once";

/** What can be stopped: a playbook, or the whole desk (null). */
type Scope = { playbook: string | null; title: string };

/** An admin's brake: stops a playbook or the whole desk at once, with a reason that everybody reads, and lets it go on. */
export function BrakeDialog(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const playbooks = useQuery(api.playbooks.list, props.open ? {} : "skip") ?? [];
  const brakes = useQuery(api.brake.list, props.open ? {} : "skip") ?? [];
  const [asking, setAsking] = useState<string | null>(null);
  const scopes: Scope[] = [
    { playbook: null, title: "The whole desk" },
    ...playbooks.map(({ name, title }) => ({ playbook: name, title })),
  ];
  const change = (open: boolean) => {
    setAsking(null);
    props.onOpenChange(open);
  };
  return (
    <Dialog open={props.open} onOpenChange={change}>
      <DialogContent className="sm:max-w-lg">
        <DialogHeader>
          <DialogTitle>Brake</DialogTitle>
          <DialogDescription>
            While it is on, nothing is performed. Agents go on drafting, people go on deciding, deadlines go on; what is
            approved is held until you let it go on.
          </DialogDescription>
        </DialogHeader>
        <ul className="divide-y rounded-md border">
          {scopes.map(({ playbook, title }) => {
            const brake = brakes.find((each) => each.playbook === playbook);
            const key = playbook ?? "";
            return (
              <li key={key} className="flex flex-col gap-3 px-4 py-3">
                <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-2">
                  <p className="flex min-w-0 flex-wrap items-center gap-2">
                    <span className="font-medium">{title}</span>
                    {brake !== undefined && (
                      <Badge variant="destructive">
                        <OctagonXIcon aria-hidden />
                        Stopped
                      </Badge>
                    )}
                  </p>
                  {asking !== key && (
                    <Button variant="outline" size="sm" onClick={() => setAsking(key)}>
                      {brake === undefined ? <OctagonXIcon aria-hidden /> : <CirclePlayIcon aria-hidden />}
                      {brake === undefined ? "Stop…" : "Let it go on…"}
                      <span className="sr-only">{title}</span>
                    </Button>
                  )}
                </div>
                {brake !== undefined && (
                  <p className="text-muted-foreground">
                    <span className="verbatim">“{brake.reason}”</span> {brake.by}, <TimeAgo at={brake.at} />
                  </p>
                )}
                {asking === key && (
                  <Confirm playbook={playbook} title={title} on={brake !== undefined} onDone={() => setAsking(null)} />
                )}
              </li>
            );
          })}
        </ul>
      </DialogContent>
    </Dialog>
  );
}

/** Asks before it stops a scope, with the reason, or before it lets it go on. */
function Confirm({ playbook, title, on, onDone }: Scope & { on: boolean; onDone: () => void }) {
  const stop = useMutation(api.brake.stop);
  const goOn = useMutation(api.brake.goOn);
  const { run, pending, error } = useOnce();
  const [reason, setReason] = useState("");
  const confirm = async () => {
    if (await run(() => (on ? goOn({ playbook }) : stop({ playbook, reason })))) onDone();
  };
  return (
    <div className="flex flex-col gap-3">
      {error !== null && <ErrorNote error={error} />}
      {on ? (
        <p>What was approved meanwhile is performed at once, oldest first.</p>
      ) : (
        <ReasonField
          label={`Why do you stop ${playbook === null ? "the whole desk" : `“${title}”`}?`}
          text={reason}
          onText={setReason}
        />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="ghost" size="sm" onClick={onDone}>
          Back
        </Button>
        <Button
          variant={on ? "default" : "destructive"}
          size="sm"
          disabled={pending}
          aria-busy={pending}
          onClick={() => void confirm()}
        >
          {pending ? "One moment…" : on ? "Let it go on" : "Stop now"}
        </Button>
      </div>
    </div>
  );
}
