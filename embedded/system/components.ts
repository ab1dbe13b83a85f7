/** The components of the deployment and their schemas, as tools ask for them. */
import { readPushed } from "../push/stored.ts";
import type { Json } from "../values/json.ts";
import type { SystemContext } from "./functions.ts";

/** Every instance, the app first, then those that were unmounted and keep their data. The id is the namespace. */
export function listComponents({ code, store }: SystemContext): Json {
  const active = [...code.byPath.values()].map((instance) => ({
    id: String(instance.ns),
    name: lastName(instance.path),
    path: instance.path,
    args: {},
    state: "active",
    httpPrefix: instance.httpPrefix,
  }));
  const unmounted = Object.keys(readPushed(store)?.unmounted ?? {}).map((path) => ({
    id: String(store.catalog.namespace(path)),
    name: lastName(path),
    path,
    args: {},
    state: "unmounted",
    httpPrefix: null,
  }));
  return [...active, ...unmounted];
}

/** The texts of the active schema and of one that is being validated; each is left out when there is none. */
export function schemasOf({ store, ns }: SystemContext): Json {
  const active = store.catalog.schema(ns);
  const inFlight = store.catalog.inFlightSchema(ns);
  return {
    ...(active ? { active: JSON.stringify(active) } : {}),
    ...(inFlight ? { inProgress: JSON.stringify(inFlight.schema) } : {}),
  };
}

function lastName(path: string): string {
  return path.split("/").at(-1) ?? "";
}
