import { Link } from "@tanstack/react-router";
import {
  CircleCheckIcon,
  CircleHelpIcon,
  CircleXIcon,
  LoaderCircleIcon,
  type LucideIcon,
  MailOpenIcon,
  RotateCwIcon,
} from "lucide-react";
import { TimeAgo } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { elapsed, shortDigest } from "@/lib/format";
import { cn } from "@/lib/utils";
import { inDoubt } from "./tries";
import type { Execution } from "./types";

type Result = Execution["attempts"][number]["result"];

const RESULTS: Record<Result["kind"], { word: string; icon: LucideIcon; tone: string }> = {
  running: { word: "Under way", icon: LoaderCircleIcon, tone: "text-primary" },
  ok: { word: "Done", icon: CircleCheckIcon, tone: "text-success" },
  transient: { word: "Failed, tried again", icon: RotateCwIcon, tone: "text-warning" },
  permanent: { word: "Refused", icon: CircleXIcon, tone: "text-destructive" },
  unknown: { word: "Cut off, outcome unknown", icon: CircleHelpIcon, tone: "text-warning" },
};

/** How the approved action was performed: every try with what the other side said, and the result to look at. */
export function ExecutionsCard({ executions, className }: { executions: Execution[]; className?: string }) {
  return (
    <Card className={className} aria-labelledby="executions-title">
      <CardHeader>
        <CardTitle id="executions-title">Performed</CardTitle>
      </CardHeader>
      <ol className="divide-y">
        {executions.map((execution) => (
          <li key={execution.executionId} className="flex flex-col gap-3 p-4">
            <div className="flex flex-wrap items-center gap-2">
              <ExecutionBadge state={execution.state} />
              <span className="text-muted-foreground">
                through the {execution.connector} <TimeAgo at={execution.startedAt} />
              </span>
            </div>
            <ExecutionResult state={execution.state} />
            {inDoubt(execution) && (
              <p className="flex gap-2 rounded-md border border-warning/35 bg-warning/6 px-3 py-2 text-[13px]">
                <CircleHelpIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
                <span>
                  <span className="font-medium">The other side may have acted.</span> The last try was cut off before an
                  answer came. A retry uses the same idempotency key, so that it can tell the two are one.
                </span>
              </p>
            )}
            {execution.outboxMessageId !== null && (
              <Button asChild variant="outline" size="sm" className="self-start">
                <Link to="/outbox/$messageId" params={{ messageId: execution.outboxMessageId }}>
                  <MailOpenIcon aria-hidden />
                  Open the message
                </Link>
              </Button>
            )}
            <Attempts attempts={execution.attempts} />
            <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-xs text-muted-foreground">
              <dt>Digest performed</dt>
              <dd className="font-mono" title={`SHA-256 ${execution.digest}`}>
                {shortDigest(execution.digest)}
              </dd>
              <dt>Idempotency key</dt>
              <dd className="font-mono break-all">{execution.idempotencyKey}</dd>
            </dl>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function ExecutionBadge({ state }: { state: Execution["state"] }) {
  switch (state.kind) {
    case "running":
      return (
        <Badge variant="primary">
          <LoaderCircleIcon aria-hidden className="animate-spin" />
          Performing
        </Badge>
      );
    case "succeeded":
      return (
        <Badge variant="success">
          <CircleCheckIcon aria-hidden />
          Performed
        </Badge>
      );
    case "failed":
      return (
        <Badge variant="destructive">
          <CircleXIcon aria-hidden />
          Failed
        </Badge>
      );
    default:
      return state satisfies never;
  }
}

function ExecutionResult({ state }: { state: Execution["state"] }) {
  if (state.kind === "running") return null;
  return <p className="verbatim">{state.kind === "succeeded" ? state.detail : state.reason}</p>;
}

function Attempts({ attempts }: { attempts: Execution["attempts"] }) {
  return (
    <ol className="flex flex-col gap-1.5" aria-label="Tries">
      {attempts.map(({ number, startedAt, result }, index) => {
        const { icon: Icon, tone } = RESULTS[result.kind];
        const gaveUp = result.kind === "transient" && index === attempts.length - 1;
        return (
          <li key={number} className="flex gap-2 text-[13px]">
            <Icon aria-hidden className={cn("mt-0.5 size-3.5 shrink-0", tone)} />
            <p className="min-w-0 tabular-nums">
              <span className="font-medium">Try {number}</span>: {gaveUp ? "Failed" : RESULTS[result.kind].word}
              {"status" in result && result.status !== undefined && ` (${result.status})`}
              {result.kind !== "running" && (
                <span className="verbatim text-muted-foreground">
                  {" "}
                  after {elapsed(result.at - startedAt)}. {result.detail}
                </span>
              )}
            </p>
          </li>
        );
      })}
    </ol>
  );
}
