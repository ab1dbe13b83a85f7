/** Every function and HTTP route of a component, for `convex function-spec` and for the hints of `convex run`. */
import { UserError } from "../values/errors.ts";
import type { Json } from "../values/json.ts";
import type { SystemContext } from "./functions.ts";

/** Functions by identifier, then HTTP routes (P18). */
export function apiSpec({ instance }: SystemContext): Json {
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
