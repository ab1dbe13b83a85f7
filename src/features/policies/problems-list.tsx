import type { Problem } from "@convex/shared/time/problem";
import { CircleCheckIcon, TriangleAlertIcon } from "lucide-react";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { counted } from "@/lib/format";
import { controlId, pathsOut, placeText } from "./problems";

/** Problems that are listed; the rest is counted. */
const SHOWN = 8;

/** What keeps a policy from being saved; each line leads to its field. */
export function ProblemsList({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) {
    return (
      <p role="status" className="flex items-center gap-2 text-muted-foreground">
        <CircleCheckIcon aria-hidden className="size-4 text-success" />
        This policy can be followed.
      </p>
    );
  }
  return (
    <Alert variant="destructive">
      <TriangleAlertIcon aria-hidden />
      <AlertTitle role="status">{counted(problems.length, "thing")} to correct before it can be saved</AlertTitle>
      <AlertDescription>
        <ul className="flex flex-col gap-1.5">
          {problems.slice(0, SHOWN).map((problem) => (
            <li key={`${problem.field} ${problem.reason}`}>
              <Button
                type="button"
                variant="link"
                className="h-auto p-0 text-left font-normal whitespace-normal text-foreground underline"
                onClick={() => jumpTo(problem.field)}
              >
                {placeText(problem.field)}: {problem.reason}
              </Button>
            </li>
          ))}
        </ul>
        {problems.length > SHOWN && <p>And {counted(problems.length - SHOWN, "more thing")}.</p>}
      </AlertDescription>
    </Alert>
  );
}

/** Brings the control of a part of the policy into view and puts the focus on it, or on the nearest part around it. */
export function jumpTo(path: string): void {
  for (const one of pathsOut(path)) {
    const control = document.getElementById(controlId(one));
    if (control === null) continue;
    control.scrollIntoView({ block: control.clientHeight > window.innerHeight / 2 ? "start" : "center" });
    control.focus({ preventScroll: true });
    return;
  }
}
