import { LoaderCircleIcon } from "lucide-react";
import { useState } from "react";
import { ErrorNote } from "@/components/page";
import { RiskBadge } from "@/components/risk-badge";
import { Badge } from "@/components/ui/badge";
import { capitalized, counted } from "@/lib/format";
import { useOnce } from "@/lib/use-once";
import type { Playbook, Sample } from "./types";
import { useSubmit } from "./use-submit";

/** Messages to try the desk with: one click submits and opens the request. */
export function Samples({ playbook, withinMs }: { playbook: Playbook; withinMs: number | null }) {
  const submit = useSubmit(playbook.name, withinMs);
  const { run, pending, error } = useOnce();
  const [chosen, setChosen] = useState<string | null>(null);

  const send = async ({ id, from, subject, message }: Sample) => {
    setChosen(id);
    await run(() => submit({ from, subject, message }));
  };

  return (
    <section id="samples" aria-labelledby="samples-title" className="min-w-0 scroll-mt-4">
      <h2 id="samples-title" className="text-base font-semibold">
        Or try one of these
      </h2>
      <p className="mt-0.5 mb-4 text-muted-foreground">
        {counted(playbook.samples.length, "message")} from {playbook.samplesFrom}. One click submits one and opens the
        request.
      </p>
      {error !== null && <ErrorNote error={error} className="mb-3" />}
      <ul className="flex flex-col gap-2">
        {playbook.samples.map((sample) => (
          <li key={sample.id}>
            <SampleCard
              sample={sample}
              pending={pending}
              chosen={pending && chosen === sample.id}
              onChoose={() => void send(sample)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function SampleCard(props: { sample: Sample; pending: boolean; chosen: boolean; onChoose: () => void }) {
  const { sample } = props;
  return (
    <button
      type="button"
      disabled={props.pending}
      aria-busy={props.chosen}
      aria-label={`Submit sample: ${sample.subject}`}
      aria-describedby={`sample-${sample.id}`}
      onClick={props.onChoose}
      className="flex w-full flex-col gap-1 rounded-lg border bg-card px-3.5 py-2.5 text-left transition-colors hover:border-input hover:bg-accent disabled:opacity-60"
    >
      <span className="flex w-full items-start justify-between gap-2">
        <span className="min-w-0 font-medium">{sample.subject}</span>
        {props.chosen && <LoaderCircleIcon aria-hidden className="mt-0.5 size-4 shrink-0 animate-spin" />}
      </span>
      <span id={`sample-${sample.id}`} className="flex w-full flex-col gap-1">
        <span className="line-clamp-1 text-muted-foreground">{sample.message}</span>
        <span className="mt-0.5 flex flex-wrap items-center gap-1.5">
          <SampleRisk risk={sample.risk} />
          <Badge>{capitalized(sample.tone)}</Badge>
          <span className="min-w-0 truncate text-xs text-muted-foreground">{sample.from.replace(/\s*<.*$/, "")}</span>
        </span>
      </span>
    </button>
  );
}

function SampleRisk({ risk }: { risk: string }) {
  return risk === "low" || risk === "medium" || risk === "high" ? <RiskBadge level={risk} /> : <Badge>{risk}</Badge>;
}
