import { HistoryCheckCard } from "@/components/history-check-card";
import { useHistoryCheck } from "@/lib/use-history-check";
import type { RequestPage } from "./types";

/** Whether this request's history, and the drafts on this page, are as they were recorded: for who audits it. */
export function AuditCard({ page, className }: { page: RequestPage; className?: string }) {
  const check = useHistoryCheck(page.request.requestId, page.request.playbook, page.drafts);
  return <HistoryCheckCard check={check} className={className} />;
}
