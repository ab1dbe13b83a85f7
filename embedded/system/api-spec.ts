/** Every function and HTTP route of a component, for `convex function-spec` and for the hints of `convex run`. */
import { UserError } from "../values/errors.ts";
import type { Json, JsonObject } from "../values/json.ts";
import type { SystemContext } from "./functions.ts";

/**
 * Functions by identifier, then HTTP routes (P18). `componentId` names another component than the one it runs in, by
 * the id that `_system/frontend/components:list` gives.
 */
export function apiSpec(context: SystemContext, { componentId }: JsonObject): Json {
  const instance = typeof componentId === "string" ? context.code.byNs.get(Number(componentId)) : context.instance;
  if (!instance) throw new UserError("ComponentNotFound", "There is no such component.", 400);
  const functions = [...instance.functions.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [
    ...functions.map((fn) => ({
      identifier: fn.path,
      functionType: fn.udfType,
      visibility: { kind: fn.visibility ?? "public" },
      args: (fn.args ?? { type: "any" }) as unknown as Json,
      returns: (fn.returns ?? { type: "any" }) as unknown as Json,
    })),
    ...(instance.httpRoutes ?? []).map(({ method, path }) => ({ functionType: "HttpAction", method, path })),
  ];
}
