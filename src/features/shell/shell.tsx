import { hasRole, READERS } from "@convex/shared/roles";
import { Link } from "@tanstack/react-router";
import { KeyboardIcon, OctagonXIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Logo } from "@/components/logo";
import { Button } from "@/components/ui/button";
import { useKeys } from "@/lib/use-keys";
import { screensOf, useViewer } from "@/lib/viewer";
import { AbsenceDialog } from "./absence-dialog";
import { AwayBanner } from "./away-banner";
import { ConnectionBanner, DemoBanner } from "./banners";
import { BrakeBanner } from "./brake-banner";
import { BrakeDialog } from "./brake-dialog";
import { KeysDialog } from "./keys-dialog";
import { PersonMenu } from "./person-menu";
import { SCREENS } from "./screens";

/** What stands around every screen: banners, navigation (a column, a rail or a bar, as there is room), the person's menu. */
export function Shell({ children }: { children: ReactNode }) {
  const { roles } = useViewer();
  const open = screensOf(roles);
  const screens = SCREENS.filter(({ screen }) => open[screen]);
  const [keysShown, setKeysShown] = useState(false);
  const [brakeShown, setBrakeShown] = useState(false);
  const [absenceShown, setAbsenceShown] = useState(false);
  const decides = hasRole(roles, READERS);
  const openBrake = roles.includes("admin") ? () => setBrakeShown(true) : null;
  const openAbsence = decides ? () => setAbsenceShown(true) : null;
  useKeys({ "?": () => setKeysShown(true) });

  return (
    <div className="flex h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-popover focus:px-3 focus:py-2"
      >
        Skip to the content
      </a>
      <DemoBanner />
      <BrakeBanner onOpen={openBrake} />
      {openAbsence !== null && <AwayBanner onOpen={openAbsence} />}
      <ConnectionBanner />
      <div className="flex min-h-0 flex-1">
        <header className="hidden w-15 shrink-0 flex-col border-r bg-card md:flex xl:w-56">
          <div className="flex h-14 items-center gap-2.5 px-3.5 xl:px-4">
            <Logo className="size-7 shrink-0" />
            <span className="hidden font-semibold tracking-tight xl:inline">Countersign</span>
          </div>
          <nav aria-label="Main" className="flex flex-1 flex-col gap-0.5 overflow-y-auto px-2 py-1">
            {screens.map(({ to, word, icon: Icon }) => (
              <Link
                key={to}
                to={to}
                title={word}
                className="flex h-9 items-center gap-3 rounded-md px-3 text-muted-foreground transition-colors hover:bg-accent hover:text-foreground aria-[current=page]:bg-accent aria-[current=page]:font-medium aria-[current=page]:text-foreground"
              >
                <Icon aria-hidden className="size-4.5 shrink-0" />
                <span className="sr-only xl:not-sr-only">{word}</span>
              </Link>
            ))}
          </nav>
          <div className="flex flex-col gap-1 border-t p-2">
            {openBrake !== null && (
              <Button
                variant="ghost"
                className="justify-start gap-3 px-3 font-normal text-muted-foreground has-[>svg]:px-3"
                onClick={openBrake}
              >
                <OctagonXIcon aria-hidden className="size-4.5" />
                <span className="sr-only xl:not-sr-only">Brake</span>
              </Button>
            )}
            <Button
              variant="ghost"
              className="justify-start gap-3 px-3 font-normal text-muted-foreground has-[>svg]:px-3"
              onClick={() => setKeysShown(true)}
            >
              <KeyboardIcon aria-hidden className="size-4.5" />
              <span className="sr-only xl:not-sr-only">Keys</span>
            </Button>
            <PersonMenu onAbsence={openAbsence} onBrake={null} />
          </div>
        </header>
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 overflow-y-auto outline-none">
          {children}
        </main>
      </div>
      <nav
        aria-label="Main"
        className="flex shrink-0 items-stretch border-t bg-card pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        <div className="flex min-w-0 flex-1">
          {screens.map(({ to, word, short, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              aria-label={word}
              className="flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-[11px] text-muted-foreground focus-visible:outline-offset-[-2px] aria-[current=page]:font-medium aria-[current=page]:text-primary"
            >
              <Icon aria-hidden className="size-5" />
              <span className="truncate">{short}</span>
            </Link>
          ))}
        </div>
        <div className="flex items-center px-2">
          <PersonMenu compact onAbsence={openAbsence} onBrake={openBrake} />
        </div>
      </nav>
      <KeysDialog open={keysShown} onOpenChange={setKeysShown} />
      {openBrake !== null && <BrakeDialog open={brakeShown} onOpenChange={setBrakeShown} />}
      {decides && <AbsenceDialog open={absenceShown} onOpenChange={setAbsenceShown} />}
    </div>
  );
}
