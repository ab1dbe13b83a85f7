import { type ReactNode, useEffect, useState } from "react";
import { Logo } from "@/components/logo";

/** How long a connection may take before the screen says so: quicker ones should not flash a message. */
const PATIENCE_MS = 1500;

/** The whole page while there is nothing to show yet, or the reason why there never was. */
export function Splash({ children, waiting = false }: { children?: ReactNode; waiting?: boolean }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className="flex min-h-dvh items-center justify-center p-6">
      <div className="flex w-full max-w-md flex-col items-center gap-5">
        <h1 className="flex items-center gap-3 text-lg font-semibold tracking-tight">
          <Logo className="size-8" />
          Countersign
        </h1>
        <div role="status" className="min-h-5 text-center text-balance text-muted-foreground">
          {children === undefined &&
            slow &&
            (waiting ? "Connecting to the desk… It answers as soon as it runs." : "Opening the desk…")}
        </div>
        {children}
      </div>
    </main>
  );
}
