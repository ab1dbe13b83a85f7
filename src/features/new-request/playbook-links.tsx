import { Link } from "@tanstack/react-router";
import { KindIcon } from "@/components/kind-icon";
import { cn } from "@/lib/utils";
import type { Playbook } from "./types";

/** The playbooks to choose from, each with what it does; the choice is part of the address. */
export function PlaybookLinks({ playbooks, current }: { playbooks: Playbook[]; current?: string }) {
  return (
    <nav aria-label="Playbooks" className="mb-6">
      <ul className="grid gap-2 text-left md:grid-cols-3">
        {playbooks.map(({ name, title, description }) => (
          <li key={name} className="flex">
            <Link
              to="/new"
              search={{ playbook: name }}
              aria-current={name === current ? "true" : undefined}
              className={cn(
                "flex w-full gap-3 rounded-lg border bg-card px-3.5 py-2.5 transition-colors hover:bg-accent",
                name === current && "border-primary ring-1 ring-primary",
              )}
            >
              <KindIcon kind={name} className={cn("mt-0.5", name === current && "text-primary")} />
              <span className="min-w-0">
                <span className="block font-medium">{title}</span>
                <span className="block text-xs text-muted-foreground">{description}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
