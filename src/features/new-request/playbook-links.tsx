import { Link } from "@tanstack/react-router";
import { Button } from "@/components/ui/button";
import type { Playbook } from "./types";

/** The playbooks to choose from; the choice is part of the address. */
export function PlaybookLinks({ playbooks, current }: { playbooks: Playbook[]; current?: string }) {
  return (
    <nav aria-label="Playbooks" className="mb-6 flex flex-wrap gap-2">
      {playbooks.map(({ name, title }) => (
        <Button key={name} asChild size="sm" variant={name === current ? "secondary" : "outline"}>
          <Link to="/new" search={{ playbook: name }} aria-current={name === current ? "true" : undefined}>
            {title}
          </Link>
        </Button>
      ))}
    </nav>
  );
}
