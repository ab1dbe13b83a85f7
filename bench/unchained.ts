import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { convexCli } from "../scripts/start/convex-cli.ts";
import { KEY, projectDir, type Server } from "./server.ts";

const bin = join(projectDir, "node_modules/convex/bin/main.js");

/** How a desk writes its history: as it does, or as a plain log of events (`convex/testing/unchained.helper.ts`). */
export type Writing = "chained" | "unchained";

/** Pushes the desk's functions with the real command line, from a copy in which the history is written so. */
export async function pushDesk({ url }: Pick<Server, "url">, writing: Writing): Promise<void> {
  const cache = join(projectDir, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  // Below node_modules, so that packages resolve to where they really are.
  const copy = mkdtempSync(join(cache, "bench-"));
  try {
    cpSync(join(projectDir, "convex"), join(copy, "convex"), { recursive: true });
    for (const file of ["package.json", "tsconfig.json"]) cpSync(join(projectDir, file), join(copy, file));
    if (writing === "unchained") unchain(join(copy, "convex"));
    await convexCli(copy, { url, adminKey: KEY }, ["deploy", "--yes", "--typecheck", "disable", "--codegen", "disable"], "", bin);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Puts the plain log in the place of the chained one. */
function unchain(convex: string): void {
  const audit = join(convex, "model/audit.ts");
  renameSync(audit, join(convex, "model/chained.ts"));
  const plain = readFileSync(join(convex, "testing/unchained.helper.ts"), "utf8");
  writeFileSync(audit, replaced(plain, '"../model/audit"', '"./chained"'));
}

/** The text with every `from` replaced. Throws where there is none: then what is measured is not what is said. */
function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`The copy of the desk lacks ${from}.`);
  return text.replaceAll(from, to);
}
