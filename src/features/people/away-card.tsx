import { api } from "@convex/_generated/api";
import { useMutation } from "convex/react";
import { LogInIcon } from "lucide-react";
import { toast } from "sonner";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { minuteTime } from "@/lib/format";
import { useOnce } from "@/lib/use-once";
import { useViewer } from "@/lib/viewer";
import type { PersonRow } from "./types";

/** When somebody is away and who acts for them; admins can end it. */
export function AwayCard({ person, away }: { person: PersonRow; away: NonNullable<PersonRow["away"]> }) {
  const isAdmin = useViewer().roles.includes("admin");
  const end = useMutation(api.people.endAbsenceOf);
  const { run, pending, error } = useOnce();
  const back = async () => {
    if (await run(() => end({ personId: person.id }))) toast.success(`${person.name} is asked again.`);
  };
  return (
    <Card aria-labelledby="away-title">
      <CardHeader>
        <CardTitle id="away-title">Out of office</CardTitle>
      </CardHeader>
      <CardContent className="flex flex-col gap-3">
        <p>
          From {minuteTime(away.from)} until {minuteTime(away.until)},{" "}
          {away.delegate === null ? "nobody acts" : `${away.delegate} acts`} for {person.name}.
        </p>
        {error !== null && <ErrorNote error={error} />}
        {isAdmin && (
          <div>
            <Button variant="outline" disabled={pending} onClick={() => void back()}>
              <LogInIcon aria-hidden />
              End the absence
            </Button>
          </div>
        )}
      </CardContent>
    </Card>
  );
}
