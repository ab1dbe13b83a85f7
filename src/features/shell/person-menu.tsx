import { api } from "@convex/_generated/api";
import { useAuthActions } from "@convex-dev/auth/react";
import { Link, useRouter } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import {
  LogOutIcon,
  MonitorIcon,
  MoonIcon,
  OctagonXIcon,
  PlaneIcon,
  SquareArrowOutUpRightIcon,
  SunIcon,
  UserRoundIcon,
} from "lucide-react";
import { useState } from "react";
import { Initials } from "@/components/authored";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { chooseTheme, type ThemeChoice, useThemeChoice } from "@/lib/theme";
import { ROLE_WORDS, useDeskStatus, useViewer } from "@/lib/viewer";

const THEMES = [
  { choice: "system", word: "As the system", icon: MonitorIcon },
  { choice: "light", word: "Light", icon: SunIcon },
  { choice: "dark", word: "Dark", icon: MoonIcon },
] as const satisfies readonly { choice: ThemeChoice; word: string; icon: unknown }[];

/**
 * Who is signed in here, and what is theirs to set; in a demo also everybody else, one window each. `onAbsence` and
 * `onBrake` are null where the person has none, or has it elsewhere.
 */
export function PersonMenu(props: { compact?: boolean; onAbsence: (() => void) | null; onBrake: (() => void) | null }) {
  const { compact = false, onAbsence, onBrake } = props;
  const viewer = useViewer();
  const { demo } = useDeskStatus();
  const { signOut } = useAuthActions();
  const router = useRouter();
  const theme = useThemeChoice();
  const [open, setOpen] = useState(false);
  const people = useQuery(api.people.demo, demo && open ? {} : "skip");
  const roles = viewer.roles.map((role) => ROLE_WORDS[role]).join(", ");

  const leave = async () => {
    await signOut();
    // Whoever signs in next starts at their own desk, not where this person was.
    await router.navigate({ to: "/sign-in", search: {}, replace: true });
  };

  return (
    <DropdownMenu modal={false} open={open} onOpenChange={setOpen}>
      <DropdownMenuTrigger
        aria-label={`${viewer.name}, ${roles}`}
        className="flex items-center gap-2.5 rounded-md p-1.5 text-left hover:bg-accent"
      >
        <Initials initials={viewer.initials} />
        {!compact && (
          <span aria-hidden className="hidden min-w-0 flex-1 xl:block">
            <span className="block truncate text-sm leading-4 font-medium">{viewer.name}</span>
            <span className="block truncate text-xs text-muted-foreground">{roles}</span>
          </span>
        )}
      </DropdownMenuTrigger>
      <DropdownMenuContent align={compact ? "end" : "start"} side="top" className="w-72">
        <DropdownMenuLabel className="text-foreground">
          {viewer.name}
          <span className="block font-normal text-muted-foreground">
            {viewer.title} · {roles}
          </span>
        </DropdownMenuLabel>
        {demo && (
          <>
            <DropdownMenuSeparator />
            <DropdownMenuLabel>In a new window, as another person</DropdownMenuLabel>
            {people
              ?.filter(({ id }) => id !== viewer.id)
              .map((person) => (
                <DropdownMenuItem key={person.id} asChild>
                  {/* noopener gives the new window a session storage of its own, and so a person of its own. */}
                  <a href={`/sign-in?as=${encodeURIComponent(person.id)}`} target="_blank" rel="noopener noreferrer">
                    <span className="min-w-0 flex-1 truncate">{person.name}</span>
                    <span className="text-xs text-muted-foreground">
                      {person.roles.map((role) => ROLE_WORDS[role]).join(", ")}
                    </span>
                    <SquareArrowOutUpRightIcon aria-hidden className="size-3.5" />
                  </a>
                </DropdownMenuItem>
              ))}
          </>
        )}
        <DropdownMenuSeparator />
        <DropdownMenuLabel>Appearance</DropdownMenuLabel>
        <DropdownMenuRadioGroup value={theme} onValueChange={(choice) => chooseTheme(choice as ThemeChoice)}>
          {THEMES.map(({ choice, word, icon: Icon }) => (
            <DropdownMenuRadioItem key={choice} value={choice} onSelect={(event) => event.preventDefault()}>
              <Icon aria-hidden />
              {word}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
        <DropdownMenuSeparator />
        <DropdownMenuItem asChild>
          <Link to="/account">
            <UserRoundIcon aria-hidden />
            Account
          </Link>
        </DropdownMenuItem>
        {onAbsence !== null && (
          <DropdownMenuItem onSelect={onAbsence}>
            <PlaneIcon aria-hidden />
            Out of office…
          </DropdownMenuItem>
        )}
        {onBrake !== null && (
          <DropdownMenuItem onSelect={onBrake}>
            <OctagonXIcon aria-hidden />
            Brake…
          </DropdownMenuItem>
        )}
        <DropdownMenuItem onSelect={() => void leave()}>
          <LogOutIcon aria-hidden />
          Sign out
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
