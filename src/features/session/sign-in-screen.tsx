import { api } from "@convex/_generated/api";
import { useRouter } from "@tanstack/react-router";
import { useConvexAuth, useQuery } from "convex/react";
import { KeyRoundIcon } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { useTitle } from "@/lib/title";
import { homeOf, useDeskStatus } from "@/lib/viewer";
import { CompanySignIn } from "./company-sign-in";
import { DemoPeople } from "./demo-people";
import { ForgottenForm } from "./forgotten-form";
import { FrontPage } from "./front-page";
import { PasswordForm } from "./password-form";

/** What the address says of a way back from the company: the code it gave, if it gave one. */
export type Back = { code: string | undefined };

/**
 * Where one becomes somebody. `next` is the path to go on to; `as` signs in as that demo person at once; `back` is there where
 * company sign-in has sent the person back.
 */
export function SignInScreen(props: { next: string | undefined; as: string | undefined; back: Back | undefined }) {
  const { next } = props;
  useTitle("Sign in");
  const { demo } = useDeskStatus();
  const { isAuthenticated } = useConvexAuth();
  const viewer = useQuery(api.viewer.current, isAuthenticated ? {} : "skip");
  const router = useRouter();
  const go = viewer ? (next ?? homeOf(viewer.roles)) : undefined;
  useEffect(() => {
    if (go !== undefined) router.history.replace(go);
  }, [go, router]);
  return (
    <FrontPage wide={demo}>
      {demo ? <DemoPeople as={props.as} /> : <RealPeople next={next} back={props.back} />}
    </FrontPage>
  );
}

function RealPeople({ next, back }: { next: string | undefined; back: Back | undefined }) {
  const { signIn } = useDeskStatus();
  const [forgotten, setForgotten] = useState<string | null>(null);
  if (signIn.empty) return <NobodyYet />;
  if (forgotten !== null) return <ForgottenForm email={forgotten} onBack={() => setForgotten(null)} />;
  return (
    <div className="flex flex-col gap-5">
      <h2 className="text-base font-semibold">Sign in</h2>
      {signIn.sso !== null && (
        <>
          <CompanySignIn name={signIn.sso} next={next} back={back} />
          <Or />
        </>
      )}
      <PasswordForm onForgotten={setForgotten} />
    </div>
  );
}

function Or(): ReactNode {
  return (
    <p className="flex items-center gap-3 text-xs text-muted-foreground before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border">
      or with a password
    </p>
  );
}

function NobodyYet() {
  return (
    <Alert>
      <KeyRoundIcon aria-hidden />
      <AlertTitle>Nobody is at this desk yet</AlertTitle>
      <AlertDescription>
        <p>
          The first admin comes in by the setup link that was printed when the desk was started. Ask whoever runs it.
        </p>
      </AlertDescription>
    </Alert>
  );
}
