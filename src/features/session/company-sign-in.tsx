import { useAuthActions } from "@convex-dev/auth/react";
import { Building2Icon } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { type Explanation, explain } from "@/lib/errors";
import type { Back } from "./sign-in-screen";

const NOT_IN: Explanation = {
  title: "Your company did not let you in",
  message: "The sign-in there was ended, or took too long. Nobody was signed in. Try again, or use your password.",
  desk: null,
};

/**
 * The way through the company and back: the button leads to its own sign-in page; `back` is there when it has sent the person
 * back, with the code for which the desk signs them in.
 */
export function CompanySignIn(props: { name: string; next: string | undefined; back: Back | undefined }) {
  const { name, next, back } = props;
  const { signIn } = useAuthActions();
  const [pending, setPending] = useState(back?.code !== undefined);
  const [error, setError] = useState<Explanation | null>(back !== undefined && back.code === undefined ? NOT_IN : null);

  const leave = () => {
    setPending(true);
    setError(null);
    const after = next === undefined ? "" : `&next=${encodeURIComponent(next)}`;
    signIn("sso", { redirectTo: `/sign-in?sso=back${after}` }).catch((caught: unknown) => {
      setPending(false);
      setError(explain(caught));
    });
  };

  // A code is good once: it is taken once, although React renders twice while developing.
  const taken = useRef(false);
  useEffect(() => {
    if (back?.code === undefined || taken.current) return;
    taken.current = true;
    signIn("sso", { code: back.code }).then(
      ({ signingIn }) => {
        if (signingIn) return;
        setPending(false);
        setError(NOT_IN);
      },
      (caught: unknown) => {
        setPending(false);
        setError(explain(caught));
      },
    );
  }, [back?.code, signIn]);

  return (
    <>
      {error !== null && <ErrorNote error={error} />}
      <Button type="button" variant="outline" size="lg" disabled={pending} aria-busy={pending} onClick={leave}>
        <Building2Icon aria-hidden />
        {pending ? "Signing in…" : `Continue with ${name}`}
      </Button>
    </>
  );
}
