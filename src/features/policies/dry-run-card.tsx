import { api } from "@convex/_generated/api";
import { stageChangeText } from "@convex/shared/policy/changes";
import type { Policy } from "@convex/shared/policy/types";
import { Link } from "@tanstack/react-router";
import { useConvex } from "convex/react";
import { ArrowRightIcon, FlaskConicalIcon } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { ErrorNote } from "@/components/page";
import { TimeAgo } from "@/components/time";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Label } from "@/components/ui/label";
import { count, counted } from "@/lib/format";
import { useOnce } from "@/lib/use-once";
import { NumberInput } from "./number-input";
import type { DryRun } from "./types";

/** Requests a dry run can look at; the desk holds the same bound. */
const LAST_MAX = 200;

/** What a policy would have done to past requests. `blockedBy`: why it cannot be run now, or null. */
export function DryRunCard(props: { playbook: string; policy: Policy; blockedBy: string | null }) {
  const { playbook, policy, blockedBy } = props;
  const id = useId();
  const convex = useConvex();
  const { run, pending, error } = useOnce();
  const [last, setLast] = useState(50);
  const [result, setResult] = useState<{ policy: Policy; run: DryRun } | null>(null);
  const isNumber = Number.isInteger(last) && last >= 1 && last <= LAST_MAX;
  const start = (event: FormEvent) => {
    event.preventDefault();
    if (!isNumber || blockedBy !== null) return;
    void run(async () => {
      setResult({ policy, run: await convex.query(api.policies.dryRun, { playbook, policy, last }) });
    });
  };
  return (
    <Card aria-labelledby={`${id}-title`}>
      <CardHeader>
        <FlaskConicalIcon aria-hidden className="size-4 text-muted-foreground" />
        <CardTitle id={`${id}-title`}>Dry run</CardTitle>
      </CardHeader>
      <CardContent className="flex flex-col gap-4">
        <p className="text-muted-foreground">
          What this policy would have done to past requests, compared with what the version they had asked for. Nothing
          is changed.
        </p>
        <form onSubmit={start} className="flex flex-wrap items-end gap-3">
          <div className="flex flex-col gap-1.5">
            <Label htmlFor={`${id}-last`}>Newest requests</Label>
            <NumberInput
              id={`${id}-last`}
              className="w-24"
              inputMode="numeric"
              aria-invalid={!isNumber}
              aria-describedby={`${id}-hint`}
              value={last}
              onChange={setLast}
            />
          </div>
          <Button type="submit" variant="outline" disabled={pending || blockedBy !== null} aria-busy={pending}>
            {pending ? "Running…" : "Run"}
          </Button>
          <p
            id={`${id}-hint`}
            className={isNumber ? "text-xs text-muted-foreground" : "text-xs font-medium text-destructive"}
          >
            {blockedBy ?? `1 to ${LAST_MAX}`}
          </p>
        </form>
        {error !== null && <ErrorNote error={error} />}
        <div aria-live="polite">{result !== null && <Result run={result.run} isOld={result.policy !== policy} />}</div>
      </CardContent>
    </Card>
  );
}

function Result({ run, isOld }: { run: DryRun; isOld: boolean }) {
  const figures = [
    { word: "as before", value: run.same },
    { word: "differently", value: run.changed },
    { word: "approved without a person", value: run.autoApproved },
    { word: "blocked", value: run.blocked },
  ];
  if (run.looked === 0) return <p>No request of this playbook has a draft yet, so there is nothing to compare.</p>;
  return (
    <div className="flex flex-col gap-4">
      {isOld && <p className="text-xs font-medium text-warning">The policy was changed since. Run it again.</p>}
      <div>
        <p className="mb-2 font-medium">Of {counted(run.looked, "request")}, decided</p>
        <dl className="grid grid-cols-2 gap-2 sm:grid-cols-4">
          {figures.map(({ word, value }) => (
            <div key={word} className="flex flex-col-reverse justify-end rounded-md border px-3 py-2">
              <dt className="text-xs text-muted-foreground">{word}</dt>
              <dd className="text-lg font-semibold tabular-nums">{count(value)}</dd>
            </div>
          ))}
        </dl>
      </div>
      {run.cut && (
        <p className="text-xs text-muted-foreground">
          There are more, but no more of them fit into one run: the older ones were left out.
        </p>
      )}
      {run.rows.length > 0 && (
        <ol aria-label="Requests that differ" className="divide-y border-t">
          {run.rows.map((row) => (
            <DryRunRow key={row.requestId} row={row} />
          ))}
        </ol>
      )}
    </div>
  );
}

type Row = DryRun["rows"][number];

function DryRunRow({ row }: { row: Row }) {
  const changes = row.stages.flatMap((change) => stageChangeText(change) ?? []);
  const isReviewed = row.before.kind !== "autoApproved" && row.after.kind !== "autoApproved";
  return (
    <li className="flex flex-col gap-1 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <Link
          to="/requests/$requestId"
          params={{ requestId: row.requestId }}
          className="min-w-0 font-medium text-primary underline-offset-4 [overflow-wrap:anywhere] hover:underline"
        >
          {row.subject}
        </Link>
        <span className="text-xs text-muted-foreground">
          {row.requester}, <TimeAgo at={row.at} />, version {row.version}
        </span>
      </div>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
        <span className="text-muted-foreground">{effectText(row.before)}</span>
        <ArrowRightIcon aria-label="now" className="size-3.5 shrink-0 text-muted-foreground" />
        <span>{effectText(row.after)}</span>
      </p>
      {isReviewed && changes.length > 0 && <p className="text-xs text-muted-foreground">{changes.join(" ")}</p>}
    </li>
  );
}

function effectText(effect: Row["after"]): string {
  switch (effect.kind) {
    case "autoApproved":
      return `Approved by the rule “${effect.rule}”`;
    case "reviewed":
      return effect.stages.join(", then ");
    case "blocked":
      return `Blocked: nobody here could pass “${effect.stage}”`;
  }
}
