import type { ActionKind } from "@convex/shared/actions";
import { BanknoteIcon, type LucideIcon, MailIcon, MegaphoneIcon } from "lucide-react";
import { cn } from "@/lib/utils";

const ICONS: Record<ActionKind, LucideIcon> = {
  customerReply: MailIcon,
  refund: BanknoteIcon,
  announcement: MegaphoneIcon,
};

/** A kind of action at a glance; decoration beside words that say the same. */
export function KindIcon({ kind, className }: { kind: ActionKind; className?: string }) {
  const Icon = ICONS[kind];
  return <Icon aria-hidden className={cn("size-4 shrink-0 text-muted-foreground", className)} />;
}
