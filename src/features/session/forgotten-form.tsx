import { api } from "@convex/_generated/api";
import { useMutation } from "convex/react";
import { ArrowLeftIcon, KeyRoundIcon, MailCheckIcon } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { Field } from "@/components/field";
import { ErrorNote } from "@/components/page";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { useOnce } from "@/lib/use-once";
import { useDeskStatus } from "@/lib/viewer";

/** What to do about a forgotten password: a link by e-mail where the desk can send any, else an admin. */
export function ForgottenForm({ email, onBack }: { email: string; onBack: () => void }) {
  const { signIn } = useDeskStatus();
  return (
    <div className="flex flex-col gap-5">
      <h2 className="text-base font-semibold">A new password</h2>
      {signIn.mail ? <AskForm email={email} /> : <AskAdmin />}
      <Button type="button" variant="link" className="self-start px-0 has-[>svg]:px-0" onClick={onBack}>
        <ArrowLeftIcon aria-hidden />
        Back to sign-in
      </Button>
    </div>
  );
}

function AskAdmin() {
  return (
    <Alert>
      <KeyRoundIcon aria-hidden />
      <AlertTitle>Ask an admin of this desk</AlertTitle>
      <AlertDescription>
        <p>They can make a link by which you choose a new password. Your work stays as it is.</p>
      </AlertDescription>
    </Alert>
  );
}

function AskForm({ email: typed }: { email: string }) {
  const requestReset = useMutation(api.accounts.requestReset);
  const { run, pending, error } = useOnce();
  const [email, setEmail] = useState(typed);
  const [sent, setSent] = useState(false);
  const [tried, setTried] = useState(false);
  const id = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (email.trim() === "") return;
    if (await run(() => requestReset({ email }))) setSent(true);
  };
  if (sent) {
    return (
      <Alert role="status">
        <MailCheckIcon aria-hidden />
        <AlertTitle>Look into your mailbox</AlertTitle>
        <AlertDescription>
          <p>
            If somebody at this desk has the address {email.trim()}, a link for a new password is on its way. It works once, for
            one hour.
          </p>
        </AlertDescription>
      </Alert>
    );
  }
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex min-w-0 flex-col gap-4">
      {error !== null && <ErrorNote error={error} />}
      <Field
        id={`${id}-email`}
        label="E-mail address"
        hint="A link goes there, by which you choose a new password."
        problem={tried && email.trim() === "" ? "Enter your address." : undefined}
      >
        {(described) => (
          <Input
            {...described}
            type="email"
            name="email"
            autoComplete="username"
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" className="self-start" disabled={pending} aria-busy={pending}>
        {pending ? "Sending…" : "Send the link"}
      </Button>
    </form>
  );
}
