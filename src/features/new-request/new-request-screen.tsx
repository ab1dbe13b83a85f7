import { api } from "@convex/_generated/api";
import { useQuery } from "convex/react";
import { BookXIcon } from "lucide-react";
import { useState } from "react";
import { EmptyState, Page } from "@/components/page";
import { Skeleton } from "@/components/ui/skeleton";
import { useTitle } from "@/lib/title";
import { useDeskStatus, useViewer } from "@/lib/viewer";
import { deadlineChoices } from "./form";
import { PlaybookLinks } from "./playbook-links";
import { RequestForm } from "./request-form";
import { Samples } from "./samples";
import type { Playbook } from "./types";
import { type Files, useFiles } from "./use-files";
import { WithinSelect } from "./within-select";

/** Hands work to the desk: a playbook, then one's own words or one of its samples with a single click. */
export function NewRequestScreen({ playbookName }: { playbookName: string | undefined }) {
  useTitle("New request");
  const playbooks = useQuery(api.playbooks.list);
  // Here, so that what is being sent goes on where another playbook is chosen.
  const files = useFiles(useViewer().id);
  const playbook = playbookName === undefined ? playbooks?.[0] : playbooks?.find(({ name }) => name === playbookName);
  return (
    <Page
      title="New request"
      lead="Agents read it, look things up and draft. Nothing leaves the desk until it is approved."
      className="max-w-6xl"
    >
      {playbooks === undefined ? (
        <div role="status" className="grid gap-6 lg:grid-cols-2">
          <span className="sr-only">Loading the playbooks</span>
          <Skeleton className="h-96" />
          <Skeleton className="h-96" />
        </div>
      ) : playbook === undefined ? (
        <EmptyState
          icon={BookXIcon}
          title="The desk has no such playbook"
          action={<PlaybookLinks playbooks={playbooks} />}
        >
          The address names “{playbookName}”. Nothing was submitted. Choose one of these.
        </EmptyState>
      ) : (
        <>
          <PlaybookLinks playbooks={playbooks} current={playbook.name} />
          <Compose key={playbook.name} playbook={playbook} files={files} />
        </>
      )}
    </Page>
  );
}

function Compose({ playbook, files }: { playbook: Playbook; files: Files }) {
  const { demo } = useDeskStatus();
  const [withinMs, setWithinMs] = useState<number | null>(null);
  return (
    <div className="grid gap-x-8 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <section aria-labelledby="own-title" className="min-w-0">
        <h2 id="own-title" className="text-base font-semibold">
          {playbook.title}
        </h2>
        <p className="mt-0.5 mb-4 text-muted-foreground">In your own words.</p>
        {playbook.samples.length > 0 && (
          <p className="-mt-2 mb-4 lg:hidden">
            <a href="#samples" className="text-primary underline underline-offset-4">
              Or try one of {playbook.samples.length} samples
            </a>
          </p>
        )}
        <RequestForm playbook={playbook} files={files} withinMs={withinMs}>
          <WithinSelect choices={deadlineChoices(demo)} value={withinMs} onChange={setWithinMs} />
        </RequestForm>
      </section>
      {playbook.samples.length > 0 && <Samples playbook={playbook} withinMs={withinMs} />}
    </div>
  );
}
