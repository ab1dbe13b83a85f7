import { api } from "@convex/_generated/api";
import { useMutation } from "convex/react";
import { UserRoundCheckIcon, UserMinusIcon } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { useOnce } from "@/lib/use-once";
import { useViewer } from "@/lib/viewer";
import { ErasePerson } from "./erase-person";
import type { PersonRow } from "./types";

/** Deactivates somebody, after saying what follows, or takes them back. */
export function PresenceCard({ person }: { person: PersonRow }) {
  const viewer = useViewer();
  const isGone = person.state === "deactivated";
  return (
    <Card aria-labelledby="presence-title">
      <CardHeader>
        <CardTitle id="presence-title">{isGone ? "Deactivated" : "Deactivate"}</CardTitle>
      </CardHeader>
      <CardContent className="flex flex-col items-start gap-3">
        {isGone ? (
          <>
            <Restore person={person} />
            <ErasePerson person={person} />
          </>
        ) : person.id === viewer.id ? (
          <p className="text-muted-foreground">You cannot deactivate yourself: another admin can.</p>
        ) : (
          <Deactivate person={person} />
        )}
      </CardContent>
    </Card>
  );
}

function Restore({ person }: { person: PersonRow }) {
  const restore = useMutation(api.people.restore);
  const { run, pending, error } = useOnce();
  const back = async () => {
    if (await run(() => restore({ personId: person.id }))) toast.success(`${person.name} is here again.`);
  };
  return (
    <>
      <p>
        {person.name} can do nothing here and is asked nothing. Restored, they have the roles and groups they had, and
        sign in as before.
      </p>
      {error !== null && <ErrorNote error={error} />}
      <Button variant="outline" disabled={pending} onClick={() => void back()}>
        <UserRoundCheckIcon aria-hidden />
        Restore
      </Button>
    </>
  );
}

function Deactivate({ person }: { person: PersonRow }) {
  const remove = useMutation(api.people.remove);
  const { run, pending, error } = useOnce();
  const [open, setOpen] = useState(false);
  const confirm = async () => {
    if (!(await run(() => remove({ personId: person.id })))) return;
    setOpen(false);
    toast.success(`${person.name} is deactivated.`);
  };
  return (
    <>
      <p className="text-muted-foreground">For whoever leaves. The history keeps their name and what they decided.</p>
      <Button variant="outline" onClick={() => setOpen(true)}>
        <UserMinusIcon aria-hidden />
        Deactivate…
      </Button>
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogContent>
          <DialogHeader>
            <DialogTitle>Deactivate {person.name}?</DialogTitle>
            <DialogDescription>
              They are signed out everywhere and can do nothing more. Stages that wait are counted again without them:
              one that can no longer reach its quorum goes on to others at once. What they decided stands. You can
              restore them later.
            </DialogDescription>
          </DialogHeader>
          {error !== null && <ErrorNote error={error} />}
          <div className="flex flex-wrap justify-end gap-2">
            <Button variant="outline" onClick={() => setOpen(false)}>
              Keep them
            </Button>
            <Button variant="destructive" disabled={pending} aria-busy={pending} onClick={() => void confirm()}>
              {pending ? "Deactivating…" : "Deactivate"}
            </Button>
          </div>
        </DialogContent>
      </Dialog>
    </>
  );
}
