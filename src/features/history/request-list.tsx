import { Link } from "@tanstack/react-router";
import { HistoryIcon } from "lucide-react";
import { ListSkeleton } from "@/components/page";
import { RiskBadge } from "@/components/risk-badge";
import { RequestStateBadge } from "@/components/state-badge";
import { TimeAgo } from "@/components/time";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { usePlaybookTitles } from "@/lib/use-playbook-titles";
import { ListEnd } from "./list-end";
import { NoRows } from "./no-rows";
import { type HistorySearch, viewOf } from "./search";
import { type RequestFound, useRequests } from "./use-history";

/** Requests of the address's filter, each with its replay. */
export function RequestList({ search }: { search: HistorySearch }) {
  const view = viewOf(search);
  const list = useRequests(view.of === "requests" ? view.filter : {}, view.of === "requests");
  const titleOf = usePlaybookTitles();
  return (
    <Card aria-label="Requests">
      {list.status === "loading" ? (
        <ListSkeleton rows={8} label="Loading the requests" />
      ) : list.rows.length === 0 ? (
        <NoRows search={search} isDone={list.more === null} />
      ) : (
        <ul className="divide-y">
          {list.rows.map((row) => (
            <li key={row.requestId}>
              <RequestRow row={row} playbook={titleOf(row.playbook)} />
            </li>
          ))}
        </ul>
      )}
      <ListEnd list={list} noun="request" />
    </Card>
  );
}

function RequestRow({ row, playbook }: { row: RequestFound; playbook: string }) {
  const { state } = row;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-2.5 hover:bg-accent sm:flex-nowrap">
      <div className="min-w-0 flex-1 basis-full sm:basis-auto">
        <Link
          data-row
          to="/requests/$requestId"
          params={{ requestId: row.requestId }}
          className="block truncate font-medium underline-offset-4 hover:underline"
        >
          {row.subject}
        </Link>
        <p className="flex min-w-0 gap-1 text-xs text-muted-foreground">
          <span className="truncate">
            {playbook} · from {row.from} · by {row.requester}
          </span>
          ·
          <TimeAgo at={row.createdAt} />
        </p>
      </div>
      <div className="flex shrink-0 items-center gap-1.5">
        {row.risk !== null && <RiskBadge level={row.risk.level} />}
        <RequestStateBadge
          kind={state.kind}
          rejectedBy={state.kind === "rejected" ? state.by.kind : "person"}
          question={"question" in state && state.question}
        />
      </div>
      <Button asChild variant="outline" size="sm" className="ml-auto sm:ml-0">
        <Link
          to="/requests/$requestId/replay"
          params={{ requestId: row.requestId }}
          aria-label={`Replay ${row.subject}`}
        >
          <HistoryIcon aria-hidden />
          Replay
        </Link>
      </Button>
    </div>
  );
}
