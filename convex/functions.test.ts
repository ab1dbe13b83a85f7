/// <reference types="vite/client" />
import { expect, it } from "vitest";

// Of @convex-dev/auth: it checks the caller itself and declares no return type.
const LIBRARY = ["auth:signIn"];

type Registered = {
  isPublic?: boolean;
  isInternal?: boolean;
  permission?: string;
  exportArgs: () => string;
  exportReturns: () => string;
};

const modules = import.meta.glob<Record<string, unknown>>(["./**/*.ts", "!./**/*.*.ts", "!./_generated/**"], {
  eager: true,
});
const functions = Object.entries(modules).flatMap(([path, module]) =>
  Object.entries(module)
    .filter((entry): entry is [string, Registered] => {
      const value = entry[1];
      return typeof value === "function" && ("isPublic" in value || "isInternal" in value);
    })
    .map(([name, fn]) => ({ name: `${path.slice(2, -3)}:${name}`, fn })),
);
const publicOnes = functions.filter(({ fn, name }) => fn.isPublic === true && !LIBRARY.includes(name));

it("finds the desk's functions", () => {
  expect(publicOnes.map(({ name }) => name).sort()).toEqual([
    "accounts:changePassword",
    "accounts:invite",
    "accounts:inviteAgain",
    "accounts:link",
    "accounts:mine",
    "accounts:requestReset",
    "accounts:resetLink",
    "attachments:address",
    "audit:proof",
    "audit:signing",
    "auth:signOut",
    "brake:goOn",
    "brake:list",
    "brake:stop",
    "decisions:comment",
    "decisions:decide",
    "decisions:delegate",
    "decisions:edit",
    "decisions:escalate",
    "decisions:revoke",
    "decisions:undo",
    "desk:status",
    "drafts:stream",
    "exports:begin",
    "exports:get",
    "groups:addMember",
    "groups:create",
    "groups:removeMember",
    "groups:rename",
    "history:choices",
    "history:events",
    "history:findEvents",
    "history:findRequests",
    "history:replay",
    "history:requests",
    "outbox:get",
    "outbox:list",
    "people:absence",
    "people:demo",
    "people:endAbsence",
    "people:endAbsenceOf",
    "people:get",
    "people:list",
    "people:remove",
    "people:restore",
    "people:setAbsence",
    "people:setRoles",
    "people:update",
    "playbooks:list",
    "policies:dryRun",
    "policies:get",
    "policies:list",
    "policies:names",
    "policies:revokeRule",
    "policies:save",
    "policies:version",
    "privacy:erase",
    "privacy:erasures",
    "requests:cancel",
    "requests:get",
    "requests:mine",
    "requests:retry",
    "requests:submit",
    "requests:withdraw",
    "savedViews:list",
    "savedViews:remove",
    "savedViews:save",
    "savedViews:update",
    "sessions:end",
    "sessions:endAll",
    "sessions:endOthers",
    "sessions:list",
    "tasks:get",
    "tasks:inbox",
    "tasks:snooze",
    "viewer:current",
  ]);
});

it.each(publicOnes)("$name goes through a builder that names who may call it", ({ fn }) => {
  expect(fn.permission).toMatch(/^(anyone|person|requester|manager|operator|reader|admin)$/);
});

it.each(functions.filter(({ name }) => !name.startsWith("auth:")))(
  "$name declares arguments and return type",
  ({ fn }) => {
    expect(JSON.parse(fn.exportArgs())).toMatchObject({ type: "object" });
    expect(JSON.parse(fn.exportReturns())).not.toBeNull();
  },
);

it("only functions.ts takes functions from the raw builders", async () => {
  const sources = import.meta.glob<string>(["./**/*.ts", "!./**/*.*.ts", "!./_generated/**"], {
    query: "?raw",
    import: "default",
  });
  const offenders: string[] = [];
  for (const [path, load] of Object.entries(sources)) {
    if (path === "./functions.ts") continue;
    const source = await load();
    const values =
      /import \{[^}]*\b(?:query|mutation|action|internalQuery|internalMutation|internalAction|httpAction)\b[^}]*\} from "[./]*_generated\/server"/;
    if (values.test(source) || /\b(?:query|mutation|action|internal\w+)Generic\b/.test(source)) offenders.push(path);
  }
  expect(offenders).toEqual([]);
});
