import { type Names, readCalendar, readRules, readStage, readValidity } from "@convex/shared/policy/reading";
import type { Policy, Rule } from "@convex/shared/policy/types";
import { CalendarOffIcon, CircleSlashIcon } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { useNow } from "@/lib/now";
import { RevokeButton } from "./revoke-button";

/** A policy as a person would say it: the rules in the order in which they are tried, then each stage. */
export function PolicyReading(props: {
  policy: Policy;
  words: Names;
  revokedRuleIds: readonly string[];
  /** The playbook whose rules may be revoked here; none without. */
  revokeIn?: string;
}) {
  const { policy, words, revokedRuleIds, revokeIn } = props;
  const sentences = readRules(policy, words);
  return (
    <div className="flex flex-col gap-5">
      <section aria-label="Who is asked">
        <h3 className="mb-1.5 text-xs font-medium text-muted-foreground">Who is asked</h3>
        <ol className="flex flex-col gap-2">
          {sentences.map((sentence, i) => {
            const rule = policy.rules[i];
            const isRevoked = rule !== undefined && revokedRuleIds.includes(rule.id);
            return (
              <li key={rule?.id ?? "otherwise"} className="flex flex-wrap items-start gap-x-3 gap-y-1">
                <span className="min-w-0 flex-1 basis-64 [overflow-wrap:anywhere]">{sentence}</span>
                {rule !== undefined && <RuleState rule={rule} isRevoked={isRevoked} />}
                {revokeIn !== undefined && rule?.leadsTo.kind === "approve" && !isRevoked && (
                  <RevokeButton playbook={revokeIn} rule={rule} />
                )}
              </li>
            );
          })}
        </ol>
      </section>
      {policy.stages.map((stage) => (
        <section key={stage.key} aria-label={`Stage ${stage.name}`}>
          <h3 className="mb-1.5 flex flex-wrap items-baseline gap-x-2">
            <span className="text-xs font-medium text-muted-foreground">Stage</span>
            <span className="font-semibold [overflow-wrap:anywhere]">{stage.name}</span>
          </h3>
          <ul className="flex flex-col gap-1">
            {readStage(stage, policy, words).map((sentence) => (
              <li key={sentence} className="[overflow-wrap:anywhere]">
                {sentence}
              </li>
            ))}
          </ul>
        </section>
      ))}
      <section aria-label="Time">
        <h3 className="mb-1.5 text-xs font-medium text-muted-foreground">Time</h3>
        <ul className="flex flex-col gap-1">
          {[readValidity(policy), ...readCalendar(policy.calendar)].map((sentence) => (
            <li key={sentence} className="[overflow-wrap:anywhere]">
              {sentence}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function RuleState({ rule, isRevoked }: { rule: Rule; isRevoked: boolean }) {
  const now = useNow("slow");
  if (rule.leadsTo.kind !== "approve") return null;
  if (isRevoked) {
    return (
      <Badge variant="destructive">
        <CircleSlashIcon aria-hidden />
        Revoked: approves nothing
      </Badge>
    );
  }
  if (!(rule.leadsTo.until <= now)) return null;
  return (
    <Badge>
      <CalendarOffIcon aria-hidden />
      Ended: approves nothing
    </Badge>
  );
}
