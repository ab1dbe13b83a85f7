import { ROLES, type Role } from "@convex/shared/roles";
import { ROLE_WORDS } from "@/lib/viewer";

/** What a role allows, in a sentence. */
const MEANS: Record<Role, string> = {
  requester: "Asks for things and sees what became of their own requests.",
  reviewer: "Decides where a stage asks them, their groups or all reviewers, and sees those requests.",
  manager: "Sees every request, the history, the policies and the people. Decides only where a policy names them.",
  admin: "Changes people, groups and policies, and can stop the desk. Sees everything.",
};

/** The roles to tick. */
export function RolesBoxes(props: {
  roles: readonly Role[];
  problem?: string | undefined;
  disabled?: boolean;
  onChange: (roles: Role[]) => void;
}) {
  const { roles, problem, disabled = false } = props;
  return (
    <fieldset disabled={disabled} className="flex flex-col gap-2.5">
      <legend className="mb-2 text-sm font-medium">Roles</legend>
      {ROLES.map((role) => (
        <label key={role} className="flex items-start gap-2.5">
          <input
            type="checkbox"
            className="mt-0.5 size-4 shrink-0 accent-primary"
            checked={roles.includes(role)}
            onChange={({ target }) =>
              props.onChange(ROLES.filter((one) => (one === role ? target.checked : roles.includes(one))))
            }
          />
          <span>
            <span className="font-medium">{ROLE_WORDS[role]}</span>
            <span className="block text-muted-foreground">{MEANS[role]}</span>
          </span>
        </label>
      ))}
      {problem !== undefined && (
        <p role="alert" className="text-xs font-medium text-destructive">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
