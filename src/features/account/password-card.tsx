import { api } from "@convex/_generated/api";
import { PASSWORD_MIN, passwordProblem } from "@convex/shared/account/passwords";
import { useAction, useQuery } from "convex/react";
import { type FormEvent, useId, useState } from "react";
import { toast } from "sonner";
import { Field } from "@/components/field";
import { ErrorNote } from "@/components/page";
import { PasswordInput } from "@/components/password-input";
import { TimeAgo } from "@/components/time";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { useOnce } from "@/lib/use-once";
import { useViewer } from "@/lib/viewer";

/** The person's password, and how to choose another. */
export function PasswordCard() {
  const mine = useQuery(api.accounts.mine);
  if (mine === undefined) return null;
  return (
    <Card aria-labelledby="password-title">
      <CardHeader>
        <CardTitle id="password-title">Password</CardTitle>
        {mine.passwordChangedAt !== null && (
          <p className="text-xs text-muted-foreground">
            Chosen <TimeAgo at={mine.passwordChangedAt} />
          </p>
        )}
      </CardHeader>
      <CardContent>
        {mine.passwordChangedAt === null ? (
          <p className="text-muted-foreground">
            You sign in through your company and have no password here. An admin can make you a link to choose one.
          </p>
        ) : (
          <PasswordForm email={mine.email ?? ""} />
        )}
      </CardContent>
    </Card>
  );
}

function PasswordForm({ email }: { email: string }) {
  const { name } = useViewer();
  const changePassword = useAction(api.accounts.changePassword);
  const { run, pending, error } = useOnce();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [tried, setTried] = useState(false);
  const id = useId();
  const problems = {
    current: current === "" ? "Enter the password you have now." : undefined,
    next: passwordProblem(next, { name, email }) ?? undefined,
  };
  const wrong = error?.desk?.code === "passwordWrong" ? error.message : undefined;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const first = (["current", "next"] as const).find((field) => problems[field] !== undefined);
    if (first !== undefined) return document.getElementById(`${id}-${first}`)?.focus();
    if (!(await run(() => changePassword({ current, next })))) return document.getElementById(`${id}-current`)?.focus();
    setCurrent("");
    setNext("");
    setTried(false);
    toast.success("Your password is changed. You are signed out everywhere else.");
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex max-w-md min-w-0 flex-col gap-4">
      {error !== null && wrong === undefined && <ErrorNote error={error} />}
      {/* For password managers, which keep a password with its address. */}
      <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
      <Field id={`${id}-current`} label="Current password" problem={(tried ? problems.current : undefined) ?? wrong}>
        {(described) => (
          <PasswordInput
            {...described}
            name="current"
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        )}
      </Field>
      <Field
        id={`${id}-next`}
        label="New password"
        hint={`At least ${PASSWORD_MIN} characters. A few words in a row are easy to keep.`}
        problem={tried ? problems.next : undefined}
      >
        {(described) => (
          <PasswordInput
            {...described}
            name="next"
            autoComplete="new-password"
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" className="self-start" disabled={pending} aria-busy={pending}>
        {pending ? "Changing…" : "Change the password"}
      </Button>
    </form>
  );
}
