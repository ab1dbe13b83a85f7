import { CircleCheckIcon, MessageSquareQuoteIcon, TriangleAlertIcon, WrenchIcon } from "lucide-react";
import { AsWritten } from "@/components/as-written";
import { AgentVoice } from "@/components/authored";
import { Badge } from "@/components/ui/badge";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { toolWords } from "./agent-steps";
import type { Draft, RequestPage } from "./types";

/** Why the agent proposes this: its summary, its reasoning, and which passage supports which claim. */
export function ReasonsCard(props: { draft: Draft; triage: RequestPage["triage"]; className?: string }) {
  const { draft, triage } = props;
  return (
    <Card className={props.className} aria-labelledby="reasons-title">
      <CardHeader>
        <CardTitle id="reasons-title">Why this draft</CardTitle>
      </CardHeader>
      <CardContent className="flex flex-col gap-4">
        <AgentVoice name="In short">
          <p className="verbatim">
            <AsWritten text={draft.summary} />
          </p>
          {draft.reasoning !== "" && (
            <p className="verbatim mt-2 text-muted-foreground">
              <AsWritten text={draft.reasoning} />
            </p>
          )}
        </AgentVoice>
        {triage !== null && triage.risk.reasons.length > 0 && (
          <div>
            <h3 className="mb-1.5 text-xs font-medium text-muted-foreground">Risk</h3>
            <ul className="flex list-disc flex-col gap-1 pl-4">
              {triage.risk.reasons.map((reason) => (
                <li key={reason} className="verbatim">
                  <AsWritten text={reason} />
                </li>
              ))}
            </ul>
          </div>
        )}
        <Evidence evidence={draft.evidence} />
      </CardContent>
    </Card>
  );
}

function Evidence({ evidence }: { evidence: Draft["evidence"] }) {
  return (
    <div>
      <h3 className="mb-1.5 text-xs font-medium text-muted-foreground">Evidence</h3>
      {evidence.length === 0 ? (
        <p className="text-muted-foreground">The agent names none. Read the draft with that in mind.</p>
      ) : (
        <ol className="flex flex-col gap-3">
          {evidence.map((item, index) => (
            <li key={index} className="min-w-0">
              <p className="verbatim">
                <AsWritten text={item.claim} />
              </p>
              <blockquote className="verbatim mt-1 border-l-2 pl-2.5 text-[13px] text-muted-foreground">
                <AsWritten text={item.quote} />
              </blockquote>
              <p className="mt-1.5 flex flex-wrap items-center gap-1.5">
                <Source source={item.source} />
                {item.found ? (
                  <Badge variant="success" title="The desk itself found this quote in the source.">
                    <CircleCheckIcon aria-hidden />
                    Found in the source
                  </Badge>
                ) : (
                  <Badge variant="warning" title="The desk did not find this quote where the agent says it is.">
                    <TriangleAlertIcon aria-hidden />
                    Not found in the source
                  </Badge>
                )}
              </p>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function Source({ source }: { source: Draft["evidence"][number]["source"] }) {
  switch (source.kind) {
    case "message":
      return (
        <Badge>
          <MessageSquareQuoteIcon aria-hidden />
          Message
        </Badge>
      );
    case "tool":
      return (
        <Badge className="max-w-full">
          <WrenchIcon aria-hidden />
          <span className="truncate">
            {toolWords(source.tool)} · {source.reference}
          </span>
        </Badge>
      );
    default:
      return source satisfies never;
  }
}
