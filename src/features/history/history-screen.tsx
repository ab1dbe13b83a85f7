import { Link } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { Page } from "@/components/page";
import { useTitle } from "@/lib/title";
import { useKeys } from "@/lib/use-keys";
import { cn } from "@/lib/utils";
import { EventList } from "./event-list";
import { ExportButton } from "./export-dialog";
import { FilterBar } from "./filter-bar";
import { RequestList } from "./request-list";
import type { HistorySearch } from "./search";
import { SigningLine } from "./signing-line";
import { ViewsMenu } from "./views-menu";

/** Everything that happened at this desk, by event or by request: searched, filtered by the address, and kept as views. */
export function HistoryScreen({ search }: { search: HistorySearch }) {
  useTitle("History");
  const screen = useRef<HTMLDivElement>(null);
  const move = (by: 1 | -1) => {
    const links = [...(screen.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    links[at < 0 ? (by === 1 ? 0 : links.length - 1) : at + by]?.focus();
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    "/": () => screen.current?.querySelector<HTMLElement>("[data-search]")?.focus(),
  });
  return (
    <div ref={screen}>
      <Page
        title="History"
        lead="Everything that happened at this desk: who did what, to which request, and when."
        aside={
          <div className="flex flex-wrap gap-2">
            <ViewsMenu search={search} />
            <ExportButton search={search} />
          </div>
        }
      >
        <SigningLine />
        <nav aria-label="What the history lists" className="mb-4 flex gap-1 border-b">
          <TabLink search={withoutTab(search)} isOpen={search.of === undefined}>
            Events
          </TabLink>
          <TabLink search={{ ...withoutTab(search), of: "requests" }} isOpen={search.of === "requests"}>
            Requests
          </TabLink>
        </nav>
        <FilterBar search={search} />
        {search.of === "requests" ? <RequestList search={search} /> : <EventList search={search} />}
      </Page>
    </div>
  );
}

/** What both lists can be filtered by. */
function withoutTab({ text, from, to, playbook, version, stage, group }: HistorySearch): HistorySearch {
  const both = Object.entries({ text, from, to, playbook, version, stage, group });
  return Object.fromEntries(both.filter(([, value]) => value !== undefined)) as HistorySearch;
}

function TabLink(props: { search: HistorySearch; isOpen: boolean; children: ReactNode }) {
  return (
    <Link
      to="/history"
      search={props.search}
      activeProps={{}}
      aria-current={props.isOpen ? "page" : undefined}
      className={cn(
        "-mb-px flex h-9 items-center border-b-2 px-3 font-medium focus-visible:outline-offset-[-2px]",
        props.isOpen ? "border-primary" : "border-transparent text-muted-foreground hover:text-foreground",
      )}
    >
      {props.children}
    </Link>
  );
}
