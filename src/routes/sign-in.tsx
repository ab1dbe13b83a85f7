import { createFileRoute } from "@tanstack/react-router";
import { SignInScreen } from "@/features/session/sign-in-screen";

type Search = { next?: string; as?: string; sso?: "back"; code?: string };

export const Route = createFileRoute("/sign-in")({
  // Only a path of this page is followed: "//elsewhere" and "https:…" are other places.
  validateSearch: ({ next, as, sso, code }: Record<string, unknown>): Search => ({
    ...(typeof next === "string" && /^\/(?![/\\])/.test(next) ? { next } : {}),
    ...(typeof as === "string" ? { as } : {}),
    ...(sso === "back" ? { sso } : {}),
    // A code of figures is read as a number.
    ...(typeof code === "string" || typeof code === "number" ? { code: String(code) } : {}),
  }),
  component: function SignInRoute() {
    const { next, as, sso, code } = Route.useSearch();
    return <SignInScreen next={next} as={as} back={sso === "back" ? { code } : undefined} />;
  },
});
