/** What a component shows to its parent: its public functions by file path. */
import { pushError } from "./errors.ts";
import type { AnalyzedModule } from "./analyzed.ts";

export type ComponentExports =
  { type: "leaf"; leaf: string } | { type: "branch"; branch: [string, ComponentExports][] };

interface Branch {
  [name: string]: Branch | string;
}

/**
 * The exports of a component from its analysed modules (P10): `a/b.js:c` is reached as `a.b.c`. Only public functions.
 * Throws 400 `InvalidExport` when a module and a function claim the same name.
 */
export function componentExports(modules: Record<string, AnalyzedModule>, definitionPath: string): ComponentExports {
  const root: Branch = Object.create(null) as Branch;
  for (const [path, module] of Object.entries(modules)) {
    for (const fn of module.functions) {
      if (fn.visibility?.kind !== "public") continue;
      const parts = path.replace(/\.js$/, "").split("/");
      let branch = root;
      for (const part of parts) {
        branch[part] ??= Object.create(null) as Branch;
        const next = branch[part];
        if (typeof next === "string") throw clash(definitionPath, path, part);
        branch = next;
      }
      if (branch[fn.name] !== undefined) throw clash(definitionPath, path, fn.name);
      branch[fn.name] = `_reference/function/${path}:${fn.name}`;
    }
  }
  return toExports(root);
}

function toExports(branch: Branch): ComponentExports {
  return {
    type: "branch",
    branch: Object.entries(branch).map(([name, child]) => [
      name,
      typeof child === "string" ? { type: "leaf", leaf: child } : toExports(child),
    ]),
  };
}

function clash(definitionPath: string, path: string, name: string): Error {
  return pushError("InvalidExport", `Component ${definitionPath}: ${path} exports "${name}", which is already taken.`);
}
