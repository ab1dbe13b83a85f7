/** The script that makes a fresh context a realm: the files of `in-realm/` in order, compiled once per thread. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";

const PARTS = ["errors", "time", "console", "web", "crypto", "seal", "convex"];

let script: Script | undefined;

/** Running it in a context gives a function (host, mode, reusable) that installs all globals and returns the controls. */
export function bootstrapScript(): Script {
  script ??= new Script(
    `"use strict";(host, mode, reusable) => { const scope = { host, mode, reusable, resets: [] };
${PARTS.map(part).join("\n")}
scope.sealing?.collectIntrinsics();
return scope.control; }`,
    { filename: "convex-bootstrap" },
  );
  return script;
}

function part(name: string): string {
  const text = readFileSync(join(import.meta.dirname, "in-realm", `${name}.js`), "utf8");
  return `(${text.trim().replace(/;$/, "")})(scope);`;
}
