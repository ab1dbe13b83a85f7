import { api } from "@convex/_generated/api";
import type { Role } from "@convex/shared/roles";
import { useAction } from "convex/react";
import { type FormEvent, useId, useState } from "react";
import { Field } from "@/components/field";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { useOnce } from "@/lib/use-once";
import { LinkNote } from "./link-note";
import { RolesBoxes } from "./roles-boxes";
import type { MadeLink } from "./types";

/** Invites somebody new: asks who they are and what they may do, then shows the link by which they choose a password. */
export function InviteDialog(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange}>
      <DialogContent className="sm:max-w-lg">
        <DialogHeader>
          <DialogTitle>Invite somebody</DialogTitle>
          <DialogDescription>
            They get a link by which they choose a password. Until then they cannot sign in.
          </DialogDescription>
        </DialogHeader>
        {props.open && <InviteForm onDone={() => props.onOpenChange(false)} />}
      </DialogContent>
    </Dialog>
  );
}

function InviteForm({ onDone }: { onDone: () => void }) {
  const id = useId();
  const invite = useAction(api.accounts.invite);
  const { run, pending, error } = useOnce();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [title, setTitle] = useState("");
  const [roles, setRoles] = useState<Role[]>(["reviewer"]);
  const [tried, setTried] = useState(false);
  const [made, setMade] = useState<(MadeLink & { name: string }) | null>(null);
  if (made !== null) {
    return (
      <>
        <LinkNote made={made} name={made.name} what="invitation" />
        <div className="flex flex-wrap justify-end gap-2">
          <Button variant="outline" onClick={() => setMade(null)}>
            Invite somebody else
          </Button>
          <Button onClick={onDone}>Done</Button>
        </div>
      </>
    );
  }
  const noName = name.trim() === "" ? "Enter a name." : undefined;
  const noEmail = email.trim() === "" ? "Enter an e-mail address." : undefined;
  const noRole = roles.length === 0 ? "Choose at least one role." : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (noName !== undefined || noEmail !== undefined || noRole !== undefined) return;
    let answer: MadeLink | null = null;
    await run(async () => {
      answer = await invite({ name, email, title, roles });
    });
    if (answer === null) return;
    setMade({ ...(answer as MadeLink), name: name.trim() });
    setName("");
    setEmail("");
    setTitle("");
    setTried(false);
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex min-w-0 flex-col gap-4">
      {error !== null && <ErrorNote error={error} />}
      <Field id={`${id}-name`} label="Name" problem={tried ? noName : undefined}>
        {(described) => (
          <Input {...described} autoComplete="off" value={name} onChange={({ target }) => setName(target.value)} />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field id={`${id}-email`} label="E-mail address" problem={tried ? noEmail : undefined}>
          {(described) => (
            <Input
              {...described}
              type="email"
              autoComplete="off"
              value={email}
              onChange={({ target }) => setEmail(target.value)}
            />
          )}
        </Field>
        <Field id={`${id}-title`} label="Title" optional hint="Such as Support lead" problem={undefined}>
          {(described) => (
            <Input {...described} autoComplete="off" value={title} onChange={({ target }) => setTitle(target.value)} />
          )}
        </Field>
      </div>
      <RolesBoxes roles={roles} problem={tried ? noRole : undefined} onChange={setRoles} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button type="submit" disabled={pending} aria-busy={pending}>
          {pending ? "Inviting…" : "Invite"}
        </Button>
      </div>
    </form>
  );
}
