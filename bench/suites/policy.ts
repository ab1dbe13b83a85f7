import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type * as Evaluate from "../../convex/shared/policy/evaluate.ts";
import type * as Fields from "../../convex/shared/policy/fields.ts";
import type { Comparison, Policy, Rule } from "../../convex/shared/policy/types.ts";
import { atMost, times } from "../figures.ts";
import type { Suite } from "../suite.ts";

type Rules = Pick<typeof Evaluate, "planFor"> & Pick<typeof Fields, "factsOf">;

const RULES = 1_000;
const WARM_UP = 300;
const CALLS = 300;
const TARGET_MS = 1;
const NOW = Date.UTC(2027, 0, 4, 9);

/** What it takes to find out what a policy with many rules asks for, in the process that does it. */
export const policy: Suite = {
  name: "policy",
  title: "Policy rules",
  async measure(plan, say) {
    const rules = await load();
    const asked = policyOf();
    const runs: number[][] = [];
    for (let run = 1; run <= plan.runs; run++) {
      say(`run ${run} of ${plan.runs}`);
      runs.push(Array.from({ length: WARM_UP + CALLS }, (_, i) => planMs(rules, asked, i)).slice(WARM_UP));
    }
    const here = times(runs);
    return {
      lines: [
        {
          name: `Plan by ${RULES.toLocaleString("en")} rules`,
          here,
          floor: null,
          target: atMost(`< ${TARGET_MS} ms`, TARGET_MS, here.p50),
          includes:
            "the facts of one request and its plan, where only the last rule fits; each rule compares an amount, which fits, and then a category, a person or a text of 1,000 characters",
        },
      ],
      method: `Runs: ${plan.runs}, each with ${CALLS} calls after ${WARM_UP} others, in this process`,
      samples: runs,
    };
  },
};

/** The desk's own rules as one module: their sources are written for a bundler. */
async function load(): Promise<Rules> {
  const shared = resolve(import.meta.dirname, "../../convex/shared/policy");
  const dir = mkdtempSync(join(tmpdir(), "countersign-bench-policy-"));
  const outfile = join(dir, "rules.mjs");
  const contents = `export { planFor } from "./evaluate"; export { factsOf } from "./fields";`;
  try {
    await build({
      stdin: { contents, resolveDir: shared, loader: "ts" },
      bundle: true,
      format: "esm",
      platform: "node",
      outfile,
    });
    return (await import(pathToFileURL(outfile).href)) as Rules;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Milliseconds of one plan. */
function planMs({ planFor, factsOf }: Rules, asked: Policy, i: number): number {
  const from = performance.now();
  const facts = factsOf({
    risk: { score: 40, level: "medium", reasons: [] },
    category: "refund",
    requester: { id: "maya", groupIds: ["support"], roles: ["requester"] },
    action: { to: "mei@example.org", amountCents: 49_50, message: MESSAGE },
  });
  const plan = planFor(asked, { requestId: `request ${i}`, facts, now: NOW, revokedRuleIds: new Set() });
  const ms = performance.now() - from;
  if (plan.kind !== "review" || plan.rule?.id !== `r${RULES - 1}`) throw new Error("Another rule than the last one fitted.");
  return ms;
}

const MESSAGE = "Here is your refund for the sensors that did not work. ".repeat(19).slice(0, 1_000);

function policyOf(): Policy {
  const amount: Comparison = { kind: "number", field: "action.amountCents", op: "less", value: 500_00 };
  const second = (i: number): Comparison => {
    if (i === RULES - 1) return { kind: "member", field: "category", op: "isOneOf", values: ["refund"] };
    if (i % 3 === 0) return { kind: "member", field: "category", op: "isOneOf", values: ["legal", "privacy", "security"] };
    if (i % 3 === 1) return { kind: "member", field: "requester.id", op: "isOneOf", values: [`person ${i}`, `person ${i + 1}`] };
    return { kind: "text", field: "action.message", op: "contains", value: `Order ${i}` };
  };
  const rules = Array.from(
    { length: RULES },
    (_, i): Rule => ({
      id: `r${i}`,
      name: `Rule ${i}`,
      when: [{ anyOf: [amount] }, { anyOf: [second(i)] }],
      leadsTo: { kind: "review", stages: [] },
    }),
  );
  const day = [{ from: "09:00", to: "17:00" }];
  return {
    name: "A thousand rules",
    calendar: {
      timeZone: "UTC",
      workingHours: { monday: day, tuesday: day, wednesday: day, thursday: day, friday: day, saturday: [], sunday: [] },
      holidays: [],
    },
    stages: [],
    rules,
    otherwise: [],
    approvalValid: { kind: "elapsed", minutes: 60 },
  };
}
