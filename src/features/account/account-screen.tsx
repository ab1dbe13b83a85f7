import { Page } from "@/components/page";
import { useTitle } from "@/lib/title";
import { useDeskStatus } from "@/lib/viewer";
import { PasswordCard } from "./password-card";
import { SessionsCard } from "./sessions-card";

/** The signed-in person's own account: how they sign in, and where they are signed in. */
export function AccountScreen() {
  useTitle("Account");
  const { demo } = useDeskStatus();
  return (
    <Page
      title="Account"
      lead={
        demo
          ? "This is a demo: nobody has a password, and whoever reaches the desk can be anybody."
          : "How you sign in, and where you are signed in."
      }
      className="max-w-3xl"
    >
      <div className="flex flex-col gap-5">
        {!demo && <PasswordCard />}
        <SessionsCard />
      </div>
    </Page>
  );
}
