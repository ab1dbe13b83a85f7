import { api } from "@convex/_generated/api";
import { ConvexAuthProvider } from "@convex-dev/auth/react";
import { ConvexProvider, type ConvexReactClient, useQuery } from "convex/react";
import { type ReactNode, useEffect, useState } from "react";
import { ErrorNote } from "@/components/page";
import { connect, findDeploymentUrl } from "@/lib/convex";
import { DeskStatusContext } from "@/lib/viewer";
import { Splash } from "./splash";
import { Waiting } from "./waiting";

type Boot =
  { kind: "looking" } | { kind: "found"; url: string; client: ConvexReactClient } | { kind: "lost"; reason: string };

/** Finds the deployment, connects to it, learns how the desk is set up, and only then shows the app. */
export function Boot({ children }: { children: ReactNode }) {
  const [boot, setBoot] = useState<Boot>({ kind: "looking" });

  useEffect(() => {
    if (boot.kind !== "looking") return;
    let wanted = true;
    findDeploymentUrl().then(
      (url) => wanted && setBoot({ kind: "found", url, client: connect(url) }),
      (error: unknown) =>
        wanted && setBoot({ kind: "lost", reason: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [boot.kind]);

  switch (boot.kind) {
    case "looking":
      return <Splash />;
    case "lost":
      return (
        <Splash>
          <ErrorNote
            error={{
              title: "The desk cannot be found",
              message: `${boot.reason} Start it with “npm start”, then try again.`,
              desk: null,
            }}
            onRetry={() => setBoot({ kind: "looking" })}
          />
        </Splash>
      );
    case "found":
      return (
        <ConvexProvider client={boot.client}>
          <Desk url={boot.url} client={boot.client}>
            {children}
          </Desk>
        </ConvexProvider>
      );
    default:
      return boot satisfies never;
  }
}

function Desk({ url, client, children }: { url: string; client: ConvexReactClient; children: ReactNode }) {
  const status = useQuery(api.desk.status);
  if (status === undefined) return <Waiting url={url} />;
  return (
    <DeskStatusContext value={status}>
      <SignIn client={client} demo={status.demo}>
        {children}
      </SignIn>
    </DeskStatusContext>
  );
}

/**
 * Keeps the tokens. On a demo desk every tab is its own person, so that one browser can play requester and reviewer side
 * by side; elsewhere a person signs in once per browser.
 */
function SignIn({ client, demo, children }: { client: ConvexReactClient; demo: boolean; children: ReactNode }) {
  // Chosen once: moving tokens under a running session would sign the person out.
  const [storage] = useState(() => (demo ? window.sessionStorage : window.localStorage));
  return (
    <ConvexAuthProvider client={client} storage={storage} shouldHandleCode={false}>
      {children}
    </ConvexAuthProvider>
  );
}
