import { useConvexConnectionState } from "convex/react";
import { FlaskConicalIcon, WifiOffIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { useDeskStatus } from "@/lib/viewer";

/** A shorter interruption is over before anybody could read about it. */
const PATIENCE_MS = 1000;

/** Says for as long as it is so that this is a demo and, apart from that, that no AI model is at work. */
export function DemoBanner() {
  const { demo, model } = useDeskStatus();
  if (!demo && model.kind !== "template") return null;
  return (
    <aside
      aria-label="About this desk"
      className="flex shrink-0 items-center justify-center gap-2 border-b bg-muted px-4 py-1.5 text-center text-xs text-muted-foreground"
    >
      <FlaskConicalIcon aria-hidden className="hidden size-3.5 shrink-0 sm:block" />
      <p className="text-balance">
        {demo && <span className="font-medium text-foreground">Demo workspace. </span>}
        {model.kind === "template" ? (
          <>
            <span className="font-medium text-foreground">Template model:</span> drafts come from rules, not from an AI
            model. Set <code className="font-mono">OPENAI_API_KEY</code> to use a real one.
          </>
        ) : (
          <>
            Drafts come from <code className="font-mono">{model.model}</code>.
          </>
        )}
      </p>
    </aside>
  );
}

/** Says that the desk is out of reach, what that means for the person's work, and nothing when all is well. */
export function ConnectionBanner() {
  const { isWebSocketConnected, inflightMutations } = useConvexConnectionState();
  return (
    <div role="status" className="shrink-0">
      {!isWebSocketConnected && <AwayNote unsent={inflightMutations > 0} />}
    </div>
  );
}

function AwayNote({ unsent }: { unsent: boolean }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <p className="flex items-center justify-center gap-2 border-b border-warning/35 bg-warning/8 px-4 py-1.5 text-center text-xs">
      <WifiOffIcon aria-hidden className="size-3.5 shrink-0 text-warning" />
      <span className="text-balance">
        <span className="font-medium">Reconnecting.</span> Nothing is lost: this page shows what was last known
        {unsent ? ", and what you sent is delivered as soon as the desk answers." : " and goes on by itself."}
      </span>
    </p>
  );
}
