import type { ReactNode } from "react";
import { Logo } from "@/components/logo";
import { cn } from "@/lib/utils";

/** What stands around everything that is seen before somebody has signed in. */
export function FrontPage({ wide = false, children }: { wide?: boolean; children: ReactNode }) {
  return (
    <main className={cn("mx-auto flex min-h-dvh w-full flex-col px-4 py-8 sm:py-14", wide ? "max-w-3xl" : "max-w-md")}>
      <header className="mb-8 flex flex-col gap-3">
        <div className="flex items-center gap-3">
          <Logo className="size-9" />
          <h1 className="text-2xl font-semibold tracking-tight">Countersign</h1>
        </div>
        <p className="max-w-xl text-base text-muted-foreground">
          The approval desk for AI agents. Agents draft an action, a person decides, and exactly what was approved is
          performed.
        </p>
      </header>
      {children}
    </main>
  );
}
