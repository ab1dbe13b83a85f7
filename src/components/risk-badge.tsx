import type { Risk } from "@convex/shared/records";
import { SignalHighIcon, SignalLowIcon, SignalMediumIcon } from "lucide-react";
import { Badge } from "@/components/ui/badge";

const LOOKS = {
  low: { word: "Low risk", icon: SignalLowIcon, variant: "neutral" },
  medium: { word: "Medium risk", icon: SignalMediumIcon, variant: "warning" },
  high: { word: "High risk", icon: SignalHighIcon, variant: "destructive" },
} as const;

/** How expensive a mistake would be, as the triage agent scored it. The score (0 to 100) is shown when it is given. */
export function RiskBadge({ level, score }: { level: Risk["level"]; score?: number }) {
  const { word, icon: Icon, variant } = LOOKS[level];
  return (
    <Badge variant={variant} className="tabular-nums">
      <Icon aria-hidden />
      {word}
      {score !== undefined && <span className="font-normal">{Math.round(score)}</span>}
    </Badge>
  );
}
