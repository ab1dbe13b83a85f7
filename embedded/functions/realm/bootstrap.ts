/** The script that makes a fresh context a realm: the files of `in-realm/` in order, compiled once per thread. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";

const PARTS = ["errors", "time", "console", "web", "crypto", "convex"];

let script: Script | undefined;

/** Running it in a context gives a function (host, mode) that installs all globals and returns the controls. */
export function bootstrapScript(): Script {
  script ??= new Script(
    `"use strict";(host, mode) => { const scope = { host, mode };\n${PARTS.map(part).join("\n")}\nreturn scope.control; }`,
    { filename: "convex-bootstrap" },
  );
  return script;
}

function part(name: string): string {
  const text = readFileSync(join(import.meta.dirname, "in-realm", `${name}.js`), "utf8");
  return `(${text.trim().replace(/;$/, "")})(scope);`;
}
