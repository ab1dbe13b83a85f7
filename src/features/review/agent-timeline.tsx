import {
  ChevronRightIcon,
  CircleCheckIcon,
  LoaderCircleIcon,
  MessageSquareTextIcon,
  TriangleAlertIcon,
  WrenchIcon,
} from "lucide-react";
import type { ReactNode } from "react";
import { AsWritten } from "@/components/as-written";
import { AgentVoice } from "@/components/authored";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { count } from "@/lib/format";
import { cn } from "@/lib/utils";
import { type AgentStep, agentSteps, plain, type ThreadMessage, type ToolState, toolWords } from "./agent-steps";
import { Caret } from "./draft-card";
import { modelWords } from "./model-words";
import type { RequestPage } from "./types";

/** What the agents said and did, live: their notes, their tool calls with answers, and what the models were used for. */
export function AgentTimeline(props: {
  messages: readonly ThreadMessage[] | undefined;
  usage: RequestPage["usage"];
  className?: string;
}) {
  const steps = props.messages === undefined ? undefined : agentSteps(props.messages);
  return (
    <Card className={props.className} aria-labelledby="agents-title">
      <CardHeader>
        <CardTitle id="agents-title">Agents at work</CardTitle>
      </CardHeader>
      <CardContent>
        {steps === undefined ? (
          <div role="status" className="flex flex-col gap-3">
            <span className="sr-only">Loading the agents’ work</span>
            <Skeleton className="h-4 w-2/3" />
            <Skeleton className="h-4 w-1/2" />
            <Skeleton className="h-4 w-3/5" />
          </div>
        ) : steps.length === 0 ? (
          <p className="text-muted-foreground">
            The agents start in a moment. What they do appears here as it happens.
          </p>
        ) : (
          <ol className="flex flex-col gap-3">
            {steps.map((step) => (
              <li key={step.key} className="min-w-0">
                <Step step={step} />
              </li>
            ))}
          </ol>
        )}
        {props.usage.length > 0 && <Usage usage={props.usage} />}
      </CardContent>
    </Card>
  );
}

function Step({ step }: { step: AgentStep }) {
  switch (step.kind) {
    case "prompt":
      return (
        <Fold
          icon={<MessageSquareTextIcon aria-hidden className="size-4 text-muted-foreground" />}
          label={<span className="text-muted-foreground">The desk’s instructions</span>}
        >
          <Verbatim>{step.text}</Verbatim>
        </Fold>
      );
    case "note":
      return (
        <AgentVoice name={step.agent} aside={step.thinking ? "thinks" : undefined}>
          <p className={cn("verbatim", step.thinking && "text-muted-foreground")}>
            <AsWritten text={step.text} />
            {step.streaming && <Caret />}
          </p>
        </AgentVoice>
      );
    case "tool":
      return (
        <Fold
          icon={<ToolIcon state={step.state} />}
          label={
            <>
              <span className="font-medium">{toolWords(step.tool)}</span>{" "}
              <span className="text-muted-foreground">
                {TOOL_STATES[step.state]} · {step.agent}
              </span>
            </>
          }
        >
          <Verbatim label="Asked">{plain(step.input)}</Verbatim>
          {step.error === null ? (
            <Verbatim label="Answer">{plain(step.output)}</Verbatim>
          ) : (
            <Verbatim label="Error">{step.error}</Verbatim>
          )}
        </Fold>
      );
    case "broken":
      return (
        <p className="flex items-center gap-2 text-destructive">
          <TriangleAlertIcon aria-hidden className="size-4" />
          {step.agent} was cut off here.
        </p>
      );
    default:
      return step satisfies never;
  }
}

const TOOL_STATES: Record<ToolState, string> = {
  writing: "being written",
  running: "waiting for the answer",
  done: "done",
  failed: "failed",
};

function ToolIcon({ state }: { state: ToolState }) {
  switch (state) {
    case "done":
      return <CircleCheckIcon aria-hidden className="size-4 text-success" />;
    case "failed":
      return <TriangleAlertIcon aria-hidden className="size-4 text-destructive" />;
    case "running":
      return <WrenchIcon aria-hidden className="size-4 text-agent-foreground" />;
    case "writing":
      return <LoaderCircleIcon aria-hidden className="size-4 animate-spin text-agent-foreground" />;
    default:
      return state satisfies never;
  }
}

function Fold({ icon, label, children }: { icon: ReactNode; label: ReactNode; children: ReactNode }) {
  return (
    <details className="group rounded-md border">
      <summary className="flex cursor-pointer list-none items-center gap-2 rounded-md px-2.5 py-1.5 hover:bg-accent [&::-webkit-details-marker]:hidden">
        <span className="shrink-0">{icon}</span>
        <span className="min-w-0 flex-1 truncate">{label}</span>
        <ChevronRightIcon
          aria-hidden
          className="size-4 shrink-0 text-muted-foreground transition-transform group-open:rotate-90"
        />
      </summary>
      <div className="flex flex-col gap-2 border-t px-2.5 py-2">{children}</div>
    </details>
  );
}

function Verbatim({ label, children }: { label?: string; children: string }) {
  if (children === "") return null;
  return (
    <div className="min-w-0">
      {label !== undefined && <p className="mb-0.5 text-xs text-muted-foreground">{label}</p>}
      <pre className="verbatim max-h-64 overflow-y-auto font-mono text-xs leading-5" tabIndex={0}>
        <AsWritten text={children} />
      </pre>
    </div>
  );
}

function Usage({ usage }: { usage: RequestPage["usage"] }) {
  return (
    <table className="mt-4 w-full border-t text-left text-xs tabular-nums">
      <caption className="sr-only">Model calls and tokens</caption>
      <thead className="text-muted-foreground">
        <tr>
          <th className="py-2 pr-2 font-normal">Agent</th>
          <th className="py-2 pr-2 font-normal">Model</th>
          <th className="py-2 pr-2 text-right font-normal">Calls</th>
          <th className="py-2 text-right font-normal">Tokens in / out</th>
        </tr>
      </thead>
      <tbody>
        {usage.map((row) => (
          <tr key={`${row.agent} ${row.provider} ${row.model}`} className="align-top">
            <td className="py-0.5 pr-2">{row.agent}</td>
            <td className="py-0.5 pr-2 break-all">{modelWords(row)}</td>
            <td className="py-0.5 pr-2 text-right">{count(row.calls)}</td>
            <td className="py-0.5 text-right whitespace-nowrap">
              {count(row.inputTokens)} / {count(row.outputTokens)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
