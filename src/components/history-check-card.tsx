import { LoaderCircleIcon, type LucideIcon, ShieldAlertIcon, ShieldCheckIcon, ShieldQuestionIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import type { HistoryCheck } from "@/lib/use-history-check";
import { exactTime } from "@/lib/format";
import { historyCheckWords } from "@/lib/history-check-words";
import { cn } from "@/lib/utils";

const TONES = {
  unaltered: { icon: ShieldCheckIcon, tone: "text-success" },
  altered: { icon: ShieldAlertIcon, tone: "text-destructive" },
  impossible: { icon: ShieldQuestionIcon, tone: "text-warning" },
} as const satisfies Record<string, { icon: LucideIcon; tone: string }>;

/**
 * What this browser found out about a request's history: that it is unaltered and up to when, what cannot be proven yet, or the
 * first event that is wrong. Undefined while it is being checked.
 */
export function HistoryCheckCard(props: {
  check: HistoryCheck | undefined;
  className?: string;
  /** What else can be done about the history here. */
  children?: ReactNode;
}) {
  const { check, className, children } = props;
  return (
    <Card className={className} aria-labelledby="history-check-title">
      <CardHeader>
        <CardTitle id="history-check-title">Was anything altered?</CardTitle>
      </CardHeader>
      <div className="p-4" role="status">
        {check === undefined ? (
          <Line icon={LoaderCircleIcon} tone="text-muted-foreground">
            This browser is checking the history…
          </Line>
        ) : (
          <Found check={check} />
        )}
      </div>
      {children && <div className="border-t p-4">{children}</div>}
    </Card>
  );
}

function Found({ check }: { check: HistoryCheck }) {
  const { checked } = check;
  const { icon, tone } = TONES[checked.kind];
  const { title, lines } = historyCheckWords(check);
  const checkpoint = checked.kind === "unaltered" ? checked.checkpoint : null;
  return (
    <div className="flex flex-col gap-2">
      <Line icon={icon} tone={tone}>
        <span className="font-medium">{title}</span>
      </Line>
      {lines.map((line) => (
        <p key={line} className="verbatim text-[13px] text-muted-foreground">
          {line}
        </p>
      ))}
      {checkpoint !== null && (
        <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 border-t pt-3 text-xs text-muted-foreground">
          <Fact name="Checkpoint">
            {checkpoint.number}, {exactTime(checkpoint.at)}
          </Fact>
          <Fact name="Root">
            <code className="font-mono">{checkpoint.root}</code>
          </Fact>
          <Fact name="Public key">
            <code className="font-mono">{check.publicKey}</code>
          </Fact>
        </dl>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere] tabular-nums">{children}</dd>
    </>
  );
}

function Line({ icon: Icon, tone, children }: { icon: LucideIcon; tone: string; children: ReactNode }) {
  return (
    <p className="flex gap-2">
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", tone)} />
      <span className="min-w-0">{children}</span>
    </p>
  );
}
