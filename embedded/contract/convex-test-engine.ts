/// <reference types="vite/client" />
import { convexTest } from "convex-test";
import schema from "./app/schema.ts";
import counterSchema from "./app/counter/schema.ts";
import type { Args, Caller, Engine } from "./engine.ts";

const modules = import.meta.glob(["./app/*.ts"]);
const counterModules = import.meta.glob(["./app/counter/*.ts"]);

/** The fixture app on convex-test. */
export function convexTestEngine(): Engine {
  const t = convexTest(schema, withRoot(modules, "./app/"));
  t.registerComponent("counter", counterSchema, withRoot(counterModules, "./app/counter/"));
  return {
    ...caller(t),
    withIdentity: (identity) => caller(t.withIdentity(identity)),
    fetch: (path, init) => t.fetch(path, init),
    end: () => Promise.resolve(),
  };
}

/** convex-test finds the functions folder by its generated files; there are none here. */
function withRoot(found: Record<string, () => Promise<unknown>>, root: string) {
  return { ...found, [`${root}_generated/api.js`]: () => Promise.resolve({}) };
}

function caller(t: Pick<ReturnType<typeof convexTest>, "query" | "mutation" | "action">): Caller {
  return {
    query: (fn, args: Args = {}) => t.query(fn, args),
    mutation: (fn, args: Args = {}) => t.mutation(fn, args),
    action: (fn, args: Args = {}) => t.action(fn, args),
  };
}
