import { createFileRoute } from "@tanstack/react-router";
import { PeopleScreen } from "@/features/people/people-screen";
import { readPeopleSearch } from "@/lib/people-search";

export const Route = createFileRoute("/_desk/people/")({
  validateSearch: readPeopleSearch,
  component: function PeopleRoute() {
    return <PeopleScreen search={Route.useSearch()} />;
  },
});
