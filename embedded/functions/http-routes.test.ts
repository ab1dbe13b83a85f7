import { expect, it } from "vitest";
import type { HttpRoute, Instance } from "./code.ts";
import { routeRequest } from "./http-routes.ts";

function instance(
  path: string,
  httpPrefix: string | null,
  routes: string[] | null,
  children: Instance[] = [],
): Instance {
  const httpRoutes =
    routes?.map((route): HttpRoute => ({ method: route.split(" ")[0]!, path: route.split(" ")[1]! })) ?? null;
  return {
    ns: 0,
    path,
    definitionPath: path,
    parent: null,
    env: {},
    httpPrefix,
    httpRoutes,
    crons: [],
    functions: new Map(),
    modules: { definitionPath: path, modules: new Map() },
    children: new Map(children.map((child) => [child.path, child])),
  };
}

const inner = instance("mail/inner", "/mail/inner/", ["POST /hook"]);
const mail = instance("mail", "/mail/", ["GET /status", "GET /files/*"], [inner]);
const app = instance("", null, ["GET /", "POST /pay/*"], [mail, instance("quiet", null, null)]);

function found(method: string, path: string): string {
  const route = routeRequest(app, method, path);
  return "notFound" in route ? route.notFound : `${route.instance.path}|${route.path}`;
}

it("F15: the app's routes come first, then the component mounted deepest, which sees the rest of the path", () => {
  expect(found("GET", "/")).toBe("|/");
  expect(found("POST", "/pay/1/2")).toBe("|/pay/1/2");
  expect(found("GET", "/mail/status")).toBe("mail|/status");
  expect(found("GET", "/mail/files/a")).toBe("mail|/files/a");
  expect(found("POST", "/mail/inner/hook")).toBe("mail/inner|/hook");
});

it("F15: what nobody answers is not found, and a deployment without routes says so", () => {
  for (const [method, path] of [
    ["POST", "/"],
    ["GET", "/pay/1"],
    ["GET", "/mail"],
    ["GET", "/mail/files"],
    ["GET", "/quiet/x"],
  ] as const) {
    expect([path, found(method, path)]).toEqual([path, "No matching routes found"]);
  }
  expect(routeRequest(instance("", null, null), "GET", "/")).toEqual({
    notFound: "This Convex deployment does not have HTTP actions enabled.",
  });
});

it("F15: an app with a prefix leaves the other paths to its components, and sees its own without the prefix", () => {
  const site = instance("site", "/", ["GET /*"]);
  const root = instance("", "/api/", ["GET /", "POST /pay"], [site, mail]);
  const answered = (method: string, path: string) => {
    const route = routeRequest(root, method, path);
    return "notFound" in route ? route.notFound : `${route.instance.path}|${route.path}`;
  };
  expect(answered("POST", "/api/pay")).toBe("|/pay");
  expect(answered("GET", "/api/")).toBe("|/");
  expect(answered("POST", "/pay")).toBe("No matching routes found");
  expect(answered("GET", "/pay")).toBe("site|/pay");
  expect(answered("GET", "/api/unknown")).toBe("site|/api/unknown");
  expect(answered("GET", "/mail/status")).toBe("mail|/status");
});
