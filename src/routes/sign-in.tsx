import { createFileRoute } from "@tanstack/react-router";
import { SignInScreen } from "@/features/session/sign-in-screen";

type Search = { next?: string; as?: string };

export const Route = createFileRoute("/sign-in")({
  // Only a path of this page is followed: "//elsewhere" and "https:…" are other places.
  validateSearch: ({ next, as }: Record<string, unknown>): Search => ({
    ...(typeof next === "string" && /^\/(?![/\\])/.test(next) ? { next } : {}),
    ...(typeof as === "string" ? { as } : {}),
  }),
  component: function SignInRoute() {
    const { next, as } = Route.useSearch();
    return <SignInScreen next={next} as={as} />;
  },
});
