import { api } from "@convex/_generated/api";
import { useQuery } from "convex/react";
import { ShieldCheckIcon, ShieldQuestionIcon, TriangleAlertIcon } from "lucide-react";
import { TimeAgo } from "@/components/time";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { counted } from "@/lib/format";

type Signing = (typeof api.audit.signing)["_returnType"];
type Copy = Signing["copies"][number];

const PLACES: Record<Copy["target"], string> = { webhook: "at the webhook", file: "in the checkpoint file" };
const SETTINGS: Record<Copy["target"], string> = { webhook: "AUDIT_WEBHOOK_URL", file: "AUDIT_FILE" };

/** How far the history is signed and where copies of that are; a warning for each place that does not get them. */
export function SigningLine() {
  const signing = useQuery(api.audit.signing);
  if (signing === undefined) return <div className="mb-4 h-5" />;
  const { signs, checkpoint, copies } = signing;
  const failing = copies.filter(({ error }) => error !== null);
  const Icon = signs ? ShieldCheckIcon : ShieldQuestionIcon;
  return (
    <div className="mb-4 flex flex-col gap-3">
      <p className="flex gap-2 text-[13px] text-muted-foreground">
        <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${signs ? "text-success" : "text-warning"}`} />
        <span>{signs ? <Signed checkpoint={checkpoint} copies={copies} /> : NO_KEY}</span>
      </p>
      {failing.map((copy) => (
        <NotSent key={copy.target} copy={copy} newest={checkpoint?.number ?? 0} />
      ))}
    </div>
  );
}

const NO_KEY =
  "Nobody signs this history: the desk has no key. Events are kept and chained all the same; an admin of the deployment sets AUDIT_SIGNING_KEY.";

function Signed({ checkpoint, copies }: Pick<Signing, "checkpoint" | "copies">) {
  if (checkpoint === null) return "The first checkpoint of this history is signed within a minute.";
  const held = copies.filter(({ error, number }) => error === null && number > 0);
  return (
    <>
      Signed up to checkpoint {checkpoint.number} ({counted(checkpoint.size, "event")}), <TimeAgo at={checkpoint.at} />.
      {held.map(({ target, number }) => ` Checkpoint ${number} is ${PLACES[target]}, too.`)}
    </>
  );
}

function NotSent({ copy: { target, number, at, failures, error }, newest }: { copy: Copy; newest: number }) {
  return (
    <Alert variant="warning" role="status">
      <TriangleAlertIcon aria-hidden />
      <AlertTitle>
        Checkpoint {newest} is not {PLACES[target]}
      </AlertTitle>
      <AlertDescription>
        <p className="verbatim">
          {counted(failures, "attempt")} failed, the last {at === null ? "just now" : <TimeAgo at={at} />}: {error}{" "}
          {number === 0 ? "None is there yet." : `Checkpoint ${number} is the newest there.`} Nothing is lost: it is
          tried again every minute. If that goes on, an admin of the deployment looks at {SETTINGS[target]}.
        </p>
      </AlertDescription>
    </Alert>
  );
}
