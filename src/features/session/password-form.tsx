import { useAuthActions } from "@convex-dev/auth/react";
import { type FormEvent, useId, useRef, useState } from "react";
import { Field } from "@/components/field";
import { ErrorNote } from "@/components/page";
import { PasswordInput } from "@/components/password-input";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { useOnce } from "@/lib/use-once";

/** Signs in by e-mail address and password. `onForgotten` gets the address typed so far. */
export function PasswordForm({ onForgotten }: { onForgotten: (email: string) => void }) {
  const { signIn } = useAuthActions();
  const { run, pending, error } = useOnce();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const emailField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const id = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const missing = email.trim() === "" ? emailField : password === "" ? passwordField : null;
    if (missing !== null) return missing.current?.focus();
    if (!(await run(() => signIn("desk", { email, password })))) passwordField.current?.select();
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex min-w-0 flex-col gap-4">
      {error !== null && <ErrorNote error={error} />}
      <Field id={`${id}-email`} label="E-mail address" problem={tried && email.trim() === "" ? "Enter your address." : undefined}>
        {(described) => (
          <Input
            {...described}
            ref={emailField}
            type="email"
            name="email"
            autoComplete="username"
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field id={`${id}-password`} label="Password" problem={tried && password === "" ? "Enter your password." : undefined}>
        {(described) => (
          <PasswordInput
            {...described}
            ref={passwordField}
            name="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Button type="submit" disabled={pending} aria-busy={pending}>
          {pending ? "Signing in…" : "Sign in"}
        </Button>
        <Button type="button" variant="link" className="px-0" onClick={() => onForgotten(email)}>
          Forgotten your password?
        </Button>
      </div>
    </form>
  );
}
