import { UserError } from "./errors.ts";
import { MAX_IDENTIFIER_LENGTH } from "./limits.ts";

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ONLY_UNDERSCORES = /^_+$/;
const PATH_SEGMENT = /^[A-Za-z0-9_.]*[A-Za-z0-9][A-Za-z0-9_.]*$/;

/** SPEC V3: 1 to 64 letters, digits and underscores, not starting with a digit, not underscores alone. */
export function isIdentifier(name: string): boolean {
  return name.length <= MAX_IDENTIFIER_LENGTH && IDENTIFIER.test(name) && !ONLY_UNDERSCORES.test(name);
}

/** A name a user may give to a table. Throws UserError "InvalidTableName". */
export function checkTableName(name: string): void {
  if (!isIdentifier(name)) {
    throw new UserError(
      "InvalidTableName",
      `Table name ${JSON.stringify(name)} is invalid: it must have 1 to ${MAX_IDENTIFIER_LENGTH} letters, digits or ` +
        "underscores, start with a letter or an underscore, and not be underscores alone.",
    );
  }
  if (name.startsWith("_")) {
    throw new UserError("InvalidTableName", `Table name "${name}" starts with an underscore, which is reserved.`);
  }
}

/** The stored form of a module path: "a/b" and "a/b.js" are both "a/b.js". */
export function canonicalModulePath(path: string): string {
  return path.endsWith(".js") ? path : `${path}.js`;
}

/**
 * "a/b:c" → `{module: "a/b.js", name: "c"}`; without a colon the name is "default". Throws UserError
 * "InvalidFunctionPath".
 */
export function parseFunctionPath(path: string): { module: string; name: string } {
  const colon = path.lastIndexOf(":");
  const name = colon < 0 ? "default" : path.slice(colon + 1);
  const module = colon < 0 ? path : path.slice(0, colon);
  const segments = module.split("/");
  const fine = segments.every((s) => s.length <= MAX_IDENTIFIER_LENGTH && PATH_SEGMENT.test(s));
  if (!fine || !isIdentifier(name)) {
    throw new UserError(
      "InvalidFunctionPath",
      `${JSON.stringify(path)} is not a path to a function. ` +
        'It looks like "module:function" or "folder/module:function".',
    );
  }
  return { module: canonicalModulePath(module), name };
}

/** The form people write: "a/b.js:c" → "a/b:c", a default export is named by its module alone. */
export function displayFunctionPath(path: string): string {
  const { module, name } = parseFunctionPath(path);
  const shown = module.slice(0, -".js".length);
  return name === "default" ? shown : `${shown}:${name}`;
}
