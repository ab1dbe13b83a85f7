/** What of a `"use node"` module's exports are functions of the deployment. */

/** One function as the push reports it; `args` and `returns` are validator texts ("null": not validated). */
export interface NodeFunction {
  name: string;
  pos: null;
  udfType: "Action";
  visibility: { kind: "public" | "internal" } | null;
  args: string | null;
  returns: string | null;
}

/** A module that can be imported but defines what it must not; the message is for people. */
export class DefinitionError extends Error {}

const NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;

/**
 * The actions among `exports` of the module `path`; what is no function of the deployment is left out. Throws when
 * there is a query, a mutation or an HTTP action, which Node cannot run, or a broken action; the message names it.
 */
export function analyzeExports(path: string, exports: object): NodeFunction[] {
  const functions: NodeFunction[] = [];
  for (const [name, value] of Object.entries(exports)) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) continue;
    const fn = value as Record<string, unknown>;
    const where = `${path.replace(/\.js$/, "")}:${name}`;
    const has = (property: string): boolean => Object.hasOwn(fn, property);
    for (const [mark, invoke] of [
      ["isQuery", "invokeQuery"],
      ["isMutation", "invokeMutation"],
      ["isHttp", "invokeHttpAction"],
    ] as const) {
      if (has(mark) && has(invoke))
        throw new DefinitionError(
          `${where} is not an action: only actions can be defined in Node.js. Move it to a file without "use node".`,
        );
    }
    if (!has("isAction") || !has("invokeAction") || (has("isPublic") && has("isInternal"))) continue;
    if (!NAME.test(name))
      throw new DefinitionError(`${where} is not a valid function name: letters, digits and underscores only.`);
    functions.push({
      name,
      pos: null,
      udfType: "Action",
      visibility: has("isPublic") ? { kind: "public" } : has("isInternal") ? { kind: "internal" } : null,
      args: validatorOf(fn, "exportArgs", where) ?? '{"type":"any"}',
      returns: validatorOf(fn, "exportReturns", where),
    });
  }
  return functions;
}

function validatorOf(
  fn: Record<string, unknown>,
  method: "exportArgs" | "exportReturns",
  where: string,
): string | null {
  if (fn[method] === undefined) return null;
  let text: unknown;
  try {
    text = (fn[method] as () => unknown)();
    JSON.parse(String(text));
  } catch (error) {
    throw new DefinitionError(
      `${where}: its ${method === "exportArgs" ? "args" : "returns"} validator cannot be read: ${(error as Error).message}`,
      { cause: error },
    );
  }
  if (typeof text !== "string") throw new DefinitionError(`${where}: ${method} gave no text.`);
  return text;
}
