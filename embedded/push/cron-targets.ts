/** Every cron must name a mutation or an action of its own component (P9). */
import type { AnalyzedModule } from "./analyzed.ts";
import { pushError } from "./errors.ts";

/** Throws 400 `InvalidCron` for the first cron whose function does not exist or is a query. */
export function checkCronTargets(modules: Record<string, AnalyzedModule>, definitionPath: string): void {
  for (const { identifier, spec } of modules["crons.js"]?.cronSpecs ?? []) {
    const colon = spec.udfPath.lastIndexOf(":");
    const name = spec.udfPath.slice(colon + 1);
    const fn = modules[spec.udfPath.slice(0, colon)]?.functions.find((candidate) => candidate.name === name);
    const where = definitionPath === "" ? "" : ` of component ${definitionPath}`;
    if (!fn) throw pushError("InvalidCron", `Cron "${identifier}"${where} runs ${spec.udfPath}, which does not exist.`);
    if (fn.udfType === "Query") {
      throw pushError(
        "InvalidCron",
        `Cron "${identifier}"${where} runs the query ${spec.udfPath}; only mutations and actions can be run.`,
      );
    }
  }
}
