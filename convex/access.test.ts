/// <reference types="vite/client" />
// The access matrix: every public function, called for real by everybody who can stand to a request in some way, about what is
// their own and what is not. The table is testing/accessTable.helper.ts; a function without a row fails here.

import { exportJWK, exportPKCS8, generateKeyPair } from "jose";
import { getFunctionName } from "convex/server";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { api } from "./_generated/api";
import { ATTACHMENT_PATH } from "./shared/attachments/attachments";
import { EXPORT_PATH } from "./shared/history/exporting";
import {
  type Came,
  type Cell,
  contentsOf,
  holdsNothing,
  prepared,
  tried,
  triedAction,
  WHO,
  type Who,
  type World,
} from "./testing/access.helper";
import { ACTIONS, type Row, ROUTES, ROWS } from "./testing/accessTable.helper";
import { setVariable } from "./testing/desk.helper";
import { engine } from "./testing/engine.helper";

// Company sign-in is set up before the modules are loaded: its routes are there only then, and only for this file.
const oidc = vi.hoisted(() => {
  vi.resetModules();
  const variables = ["CLIENT_ID", "CLIENT_SECRET", "NAME", "ISSUER"].map((name) => `OIDC_${name}`);
  for (const name of variables) process.env[name] = name === "OIDC_ISSUER" ? "http://127.0.0.1:9" : "countersign";
  return variables;
});
afterAll(() => {
  for (const name of oidc) delete process.env[name];
  vi.resetModules();
});

type Registered = { isPublic?: boolean; isMutation?: boolean; isAction?: boolean };
const modules = import.meta.glob<Record<string, unknown>>(["./**/*.ts", "!./**/*.*.ts", "!./_generated/**"], {
  eager: true,
});
const functions = new Map<string, Registered>(
  Object.entries(modules).flatMap(([path, module]) =>
    Object.entries(module).flatMap(([name, value]) =>
      typeof value === "function" && (value as Registered).isPublic === true
        ? [[`${path.slice(2, -3)}:${name}`, value as Registered] as const]
        : [],
    ),
  ),
);

/** Refusals of permission. Strangers and who was deactivated are told to sign in, whatever they ask for. */
const DENIED = ["notAllowed", "notFound", "notAsked", "notYourDecision", "viewGone", "viewNotYours", "ownRequest"];

let world: World;
/** What the desk holds before each row: what is allowed is taken back, and what is denied changes nothing. */
let whole: string | null = null;
beforeAll(async () => {
  vi.useFakeTimers(engine.fakeTimers === undefined ? {} : { toFake: engine.fakeTimers });
  for (const kind of ["log", "info", "warn", "error"] as const) vi.spyOn(console, kind).mockImplementation(() => {});
  const keys = await generateKeyPair("RS256", { extractable: true });
  await setVariable("JWT_PRIVATE_KEY", await exportPKCS8(keys.privateKey));
  await setVariable("JWKS", JSON.stringify({ keys: [{ use: "sig", ...(await exportJWK(keys.publicKey)) }] }));
  world = await prepared();
}, 60_000);
afterAll(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await engine.end();
});

const nameOf = ({ fn }: Row) => getFunctionName(fn);
const titled = (row: Row) => [`${nameOf(row)}${row.of === undefined ? "" : `, ${row.of}`}`, row] as const;

/** What a call came to, as the table's cells say it. */
function cellOf({ code, result, changed }: Came, who: Who, row: Row): Cell | string {
  const { isMutation, isAction } = functions.get(nameOf(row)) ?? {};
  if (code !== null) {
    if (row.reached?.includes(code)) return "y";
    if (changed) return `denied with ${code}, and changed something`;
    const signedOut = who === "stranger" || who === "deactivated";
    return (signedOut ? code === "notSignedIn" : DENIED.includes(code)) ? "-" : `refused with ${code}`;
  }
  if (isMutation || isAction) return changed ? "y" : "0";
  if (row.shows === undefined) return holdsNothing(result) ? "0" : "y";
  return row.shows(result as never, world) ? "y" : "0";
}

describe("every public function is in the table, and nothing else", () => {
  it("functions", () => {
    const listed = [...ROWS, ...ACTIONS].map(nameOf);
    expect([...new Set(listed)].sort()).toEqual([...functions.keys()].sort());
  });

  it("HTTP routes", async () => {
    const { default: http } = await import("./http");
    const routes = http.getRoutes().map(([path, method]) => `${method} ${path}`);
    expect(routes.sort()).toEqual(Object.keys(ROUTES).sort());
  });
});

it.each(ROWS.map(titled))("%s", async (_, row) => {
  const { isMutation } = functions.get(nameOf(row)) ?? {};
  const before = isMutation ? (whole ??= await contentsOf(world.desk)) : null;
  const cells: string[] = [];
  for (const [n, who] of WHO.entries()) {
    const caller = world.callers.get(who);
    if (caller === undefined) throw new Error(`Nobody is ${who}.`);
    const args = row.args(world, n);
    const { first, fn } = row;
    const came = await tried(world, caller, fn, args, isMutation === true, first && ((ctx) => first(ctx, world)));
    cells.push(cellOf(came, who, row));
  }
  expect(Object.fromEntries(WHO.map((who, i) => [who, cells[i]]))).toEqual(expected(row.cells));
  if (isMutation) expect(await contentsOf(world.desk), "what was denied changed nothing").toBe(before);
});

describe("HTTP routes", () => {
  it.each(Object.entries(ROUTES))("%s", async (route, cells) => {
    const [method = "", path = ""] = route.split(" ");
    const ofDesk = path === EXPORT_PATH || path === ATTACHMENT_PATH;
    const query = { [EXPORT_PATH]: `?export=${world.exportId}&part=1`, [ATTACHMENT_PATH]: `?id=${world.attachmentId}&name=notes.txt` };
    const url = path in query ? path + query[path as keyof typeof query] : path.replace("*", "nobody");
    const found: string[] = [];
    for (const who of WHO) {
      const body = method === "POST" ? "What is in the file." : null;
      const status = await world.callers
        .get(who)
        ?.fetch(url, { method, body })
        .then(
          (response) => response.status,
          // The way to a provider that is not set up is no way.
          () => 400,
        );
      found.push(status === 401 || status === 403 || (ofDesk && status === 404) ? "-" : "y");
    }
    expect(found.join(" ")).toBe(cells);
  });
});

describe("actions", () => {
  it.each(ACTIONS.map(titled))("%s", async (_, row) => {
    await world.desk.run(async (ctx) => {
      const mode = await ctx.db.query("desk").unique();
      if (mode !== null)
        await ctx.db.patch("desk", mode._id, { demo: nameOf(row) === getFunctionName(api.auth.signIn) });
    });
    const cells: string[] = [];
    for (const [n, who] of WHO.entries()) {
      const came = await triedAction(world, who, (caller) => caller.action(row.fn, row.args(world, n)));
      cells.push(cellOf(came, who, row));
    }
    expect(Object.fromEntries(WHO.map((who, i) => [who, cells[i]]))).toEqual(expected(row.cells));
  });
});

function expected(cells: string): Record<Who, string> {
  const each = cells.split(" ");
  return Object.fromEntries(WHO.map((who, i) => [who, each[i] ?? "?"])) as Record<Who, string>;
}
