import { api } from "@convex/_generated/api";
import { Link, useNavigate } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { ArrowLeftIcon, ChevronLeftIcon, ChevronRightIcon, SearchXIcon } from "lucide-react";
import { useEffect, useRef } from "react";
import { EventIcon } from "@/components/event-icon";
import { HistoryCheckCard } from "@/components/history-check-card";
import { EmptyState, ListSkeleton, Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { Kbd } from "@/components/ui/kbd";
import { exactTime } from "@/lib/format";
import { useTitle } from "@/lib/title";
import { useHistoryCheck } from "@/lib/use-history-check";
import { useKeys } from "@/lib/use-keys";
import { cn } from "@/lib/utils";
import { type Replay, stoodAt } from "./replay";
import { StepCard, StoodCards } from "./stood-cards";

/** Erased drafts are not compared: their words are gone, and the history says so. */
const NO_DRAFTS: Replay["drafts"] = [];

/** One request step by step, as it stood after each of its events; `step` counts from 1, the last one when absent. */
export function ReplayScreen({ requestId, step }: { requestId: string; step: number | undefined }) {
  const replay = useQuery(api.history.replay, { requestId });
  useTitle(replay ? `Replay: ${replay.subject}` : "Replay");
  if (replay === undefined) return <ListSkeleton rows={8} label="Loading the replay" />;
  if (replay === null || replay.steps.length === 0) {
    return (
      <EmptyState icon={SearchXIcon} page title="There is no such request">
        The address is wrong. <Link to="/history">Look for it in the history.</Link>
      </EmptyState>
    );
  }
  return <Steps replay={replay} index={Math.min(Math.max(step ?? replay.steps.length, 1), replay.steps.length) - 1} />;
}

function Steps({ replay, index }: { replay: Replay; index: number }) {
  const navigate = useNavigate();
  const { steps, requestId } = replay;
  const check = useHistoryCheck(requestId, replay.playbook, replay.erasedAt === null ? replay.drafts : NO_DRAFTS);
  const list = useRef<HTMLOListElement>(null);
  const go = (to: number) => {
    if (to < 0 || to >= steps.length) return;
    void navigate({
      to: "/requests/$requestId/replay",
      params: { requestId },
      search: { step: to + 1 },
      replace: true,
    });
  };
  useKeys({ j: () => go(index + 1), k: () => go(index - 1), Home: () => go(0), End: () => go(steps.length - 1) });
  // Only the list scrolls to its step; the page stays where the reader is.
  useEffect(() => {
    const row = list.current?.children[index];
    if (!(row instanceof HTMLElement) || list.current === null) return;
    const { offsetTop, offsetHeight } = row;
    const { scrollTop, clientHeight } = list.current;
    if (offsetTop < scrollTop) list.current.scrollTop = offsetTop;
    else if (offsetTop + offsetHeight > scrollTop + clientHeight)
      list.current.scrollTop = offsetTop + offsetHeight - clientHeight;
  }, [index]);
  const current = steps[index];
  if (current === undefined) return null;
  const stood = stoodAt(steps, index);
  return (
    <Page
      className="max-w-6xl"
      title={replay.subject}
      lead={`${replay.playbookTitle}, submitted by ${replay.requester}, decided by version ${replay.policy.version} of its policy.`}
      aside={
        <Button asChild variant="outline" size="sm">
          <Link to="/requests/$requestId" params={{ requestId }}>
            <ArrowLeftIcon aria-hidden />
            The request
          </Link>
        </Button>
      }
    >
      <div className="sticky top-0 z-10 -mx-4 mb-4 flex items-center gap-3 border-b bg-background px-4 py-2 sm:-mx-6 sm:px-6">
        <Button
          variant="outline"
          size="icon-sm"
          aria-label="Step before"
          disabled={index === 0}
          onClick={() => go(index - 1)}
        >
          <ChevronLeftIcon aria-hidden />
        </Button>
        <input
          type="range"
          aria-label="Step"
          aria-valuetext={`Step ${index + 1} of ${steps.length}: ${current.actor.name} ${current.text}`}
          className="min-w-0 flex-1 accent-primary"
          min={1}
          max={steps.length}
          value={index + 1}
          onChange={({ target }) => go(Number(target.value) - 1)}
        />
        <Button
          variant="outline"
          size="icon-sm"
          aria-label="Next step"
          disabled={index === steps.length - 1}
          onClick={() => go(index + 1)}
        >
          <ChevronRightIcon aria-hidden />
        </Button>
        <span className="text-xs whitespace-nowrap text-muted-foreground tabular-nums">
          {index + 1} of {steps.length}
        </span>
        <span className="hidden items-center gap-1 text-xs text-muted-foreground lg:flex">
          <Kbd>j</Kbd>
          <Kbd>k</Kbd>
        </span>
      </div>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] lg:items-start">
        <div className="flex min-w-0 flex-col gap-4">
          <StepCard replay={replay} step={current} sentence={stood.sentence} />
          <StoodCards replay={replay} stood={stood} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <HistoryCheckCard check={check} />
          <Card aria-labelledby="steps-title">
            <CardHeader>
              <CardTitle id="steps-title">Every step</CardTitle>
              {replay.more && <span className="text-xs text-muted-foreground">The first 500</span>}
            </CardHeader>
            <ol ref={list} className="relative max-h-96 overflow-y-auto lg:max-h-[70dvh]">
              {steps.map((one, i) => (
                <li key={one.id}>
                  <button
                    type="button"
                    aria-current={i === index ? "step" : undefined}
                    onClick={() => go(i)}
                    className={cn(
                      "flex w-full gap-2.5 px-4 py-2 text-left hover:bg-accent focus-visible:outline-offset-[-2px]",
                      i === index && "bg-accent",
                    )}
                  >
                    <EventIcon kind={one.kind} actor={one.actor.kind} />
                    <span className={cn("min-w-0 flex-1", i > index && "text-muted-foreground")}>
                      <span className="font-medium">{one.actor.name}</span> <span className="verbatim">{one.text}</span>
                      <span className="block text-xs text-muted-foreground tabular-nums">{exactTime(one.at)}</span>
                    </span>
                  </button>
                </li>
              ))}
            </ol>
          </Card>
        </div>
      </div>
    </Page>
  );
}
