import { EraseButton } from "@/components/erase-button";
import { HistoryCheckCard } from "@/components/history-check-card";
import { useErase } from "@/lib/use-erase";
import { useHistoryCheck } from "@/lib/use-history-check";
import { useViewer } from "@/lib/viewer";
import type { RequestPage } from "./types";

const NO_DRAFTS: RequestPage["drafts"] = [];
/** The states in which nothing more is done with a request's content. */
const OVER: readonly RequestPage["state"]["kind"][] = ["completed", "rejected", "withdrawn", "canceled"];

/**
 * Whether this request's history, and the drafts on this page, are as they were recorded: for who audits it. Admins can erase
 * the customer's content here, once the request is over.
 */
export function AuditCard({ page, className }: { page: RequestPage; className?: string }) {
  const { requestId, playbook, erasedAt, from } = page.request;
  const check = useHistoryCheck(requestId, playbook, erasedAt === null ? page.drafts : NO_DRAFTS);
  const isAdmin = useViewer().roles.includes("admin");
  return (
    <HistoryCheckCard check={check} className={className}>
      {isAdmin && erasedAt === null && OVER.includes(page.state.kind) && <EraseCustomer from={from} />}
    </HistoryCheckCard>
  );
}

function EraseCustomer({ from }: { from: string }) {
  const { erase, pending, error } = useErase();
  const address = /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;
  const onErase = () => erase({ kind: "address", address });
  return <EraseButton of={address} pending={pending} error={error} onErase={onErase} />;
}
