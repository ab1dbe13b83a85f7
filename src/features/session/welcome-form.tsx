import type { api } from "@convex/_generated/api";
import { checkEmail } from "@convex/shared/account/emails";
import { checkName } from "@convex/shared/account/names";
import { PASSWORD_MIN, passwordProblem } from "@convex/shared/account/passwords";
import { useAuthActions } from "@convex-dev/auth/react";
import type { FunctionReturnType } from "convex/server";
import { type FormEvent, useId, useState } from "react";
import { Field } from "@/components/field";
import { ErrorNote } from "@/components/page";
import { PasswordInput } from "@/components/password-input";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { useOnce } from "@/lib/use-once";

type Open = Extract<FunctionReturnType<typeof api.accounts.link>, { ok: true }>;

const WORDS = {
  setup: { title: "Set up this desk", lead: "You are its first admin. You can invite everybody else afterwards." },
  invitation: { title: "Welcome", lead: "You were invited to this desk. Choose a password, and you are in." },
  reset: { title: "Choose a new password", lead: "You are signed in with it, and signed out everywhere else." },
} as const;

/** Where the person a link is for chooses their password; the first admin also says who they are. `onUse` tells whether it is on its way. */
export function WelcomeForm(props: { token: string; kind: Open["kind"]; person: Open["person"]; onUse: (using: boolean) => void }) {
  const { token, kind, person } = props;
  const { signIn } = useAuthActions();
  const { run, pending, error } = useOnce();
  const [name, setName] = useState("");
  const [email, setEmail] = useState(person?.email ?? "");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const id = useId();
  const whose = person ?? { name, email };
  const problems = {
    name: person === null ? problemOf(checkName(name)) : undefined,
    email: person === null ? problemOf(checkEmail(email)) : undefined,
    password: passwordProblem(password, whose) ?? undefined,
  };
  const shown = tried ? problems : { name: undefined, email: undefined, password: undefined };
  const { title, lead } = WORDS[person === null ? "setup" : kind === "setup" ? "invitation" : kind];

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const first = (["name", "email", "password"] as const).find((field) => problems[field] !== undefined);
    if (first !== undefined) return document.getElementById(`${id}-${first}`)?.focus();
    props.onUse(true);
    const given: Record<string, string> = person === null ? { token, password, name, email } : { token, password };
    if (!(await run(() => signIn("desk", given)))) props.onUse(false);
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex min-w-0 flex-col gap-4">
      <div>
        <h2 className="text-base font-semibold">{person === null || kind === "reset" ? title : `${title}, ${person.name}`}</h2>
        <p className="mt-1 text-muted-foreground">{lead}</p>
      </div>
      {error !== null && <ErrorNote error={error} />}
      {person === null && (
        <Field id={`${id}-name`} label="Your name" problem={shown.name}>
          {(described) => (
            <Input
              {...described}
              name="name"
              autoComplete="name"
              autoFocus
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      )}
      <Field
        id={`${id}-email`}
        label="E-mail address"
        hint={person === null ? "You sign in with it." : "You sign in with this address."}
        problem={shown.email}
      >
        {(described) => (
          <Input
            {...described}
            type="email"
            name="email"
            autoComplete="username"
            readOnly={person !== null}
            className={person === null ? undefined : "bg-muted text-muted-foreground"}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field
        id={`${id}-password`}
        label="New password"
        hint={`At least ${PASSWORD_MIN} characters. A few words in a row are easy to keep.`}
        problem={shown.password}
      >
        {(described) => (
          <PasswordInput
            {...described}
            name="password"
            autoComplete="new-password"
            autoFocus={person !== null}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" className="self-start" disabled={pending} aria-busy={pending}>
        {pending ? "Signing in…" : "Save and sign in"}
      </Button>
    </form>
  );
}

function problemOf(checked: { ok: true } | { ok: false; problem: string }): string | undefined {
  return checked.ok ? undefined : checked.problem;
}
