import { MailIcon, PlaneIcon, UserMinusIcon } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { minuteTime } from "@/lib/format";
import { useNow } from "@/lib/now";
import type { PersonRow } from "./types";

/** What is not usual about somebody: invited, deactivated, away. Nothing for whoever is simply here. */
export function PersonBadges({ state, away }: Pick<PersonRow, "state" | "away">) {
  const now = useNow("slow");
  return (
    <>
      {state === "invited" && (
        <Badge variant="primary">
          <MailIcon aria-hidden />
          Invited
        </Badge>
      )}
      {state === "deactivated" && (
        <Badge>
          <UserMinusIcon aria-hidden />
          Deactivated
        </Badge>
      )}
      {away !== null && state !== "deactivated" && away.until > now && (
        <Badge variant="warning" title={`From ${minuteTime(away.from)} until ${minuteTime(away.until)}`}>
          <PlaneIcon aria-hidden />
          {away.from <= now ? "Away" : "Will be away"}
        </Badge>
      )}
    </>
  );
}
