import { assembleModules } from "../../push/modules.ts";
import { parseProviders } from "../../push/auth-config.ts";
import { parseCrons } from "../../push/crons.ts";
import { parseSchema } from "../../push/schema.ts";
import { parseStartPush } from "../../push/wire.ts";
import { nextOfExpression } from "../../scheduler/cron-expression.ts";
import { checkCronExpression, firstRunMs } from "../../scheduler/cron-schedule.ts";
import { ADMIN_JSON, parseJsonText } from "../../values/json-text.ts";
import { UserError } from "../../values/errors.ts";
import { changedJson, changedText, changedValue, insist, type Target, target } from "./target.ts";

/** What a push brings: modules, and what they export of schemas, crons and ways to sign in. */

const TABLE = {
  tableName: "things",
  indexes: [{ indexDescriptor: "by_n", fields: ["n", "a.b"] }],
  stagedDbIndexes: [{ indexDescriptor: "by_m", fields: ["m"] }],
  searchIndexes: [{ indexDescriptor: "by_text", searchField: "text", filterFields: ["n"] }],
  vectorIndexes: [{ indexDescriptor: "by_vector", vectorField: "vector", dimensions: 4, filterFields: ["n"] }],
  documentType: {
    type: "object",
    value: {
      n: { fieldType: { type: "number" }, optional: false },
      m: { fieldType: { type: "union", value: [{ type: "string" }, { type: "null" }] }, optional: true },
      a: { fieldType: { type: "object", value: { b: { fieldType: { type: "bigint" }, optional: false } } }, optional: false },
      text: { fieldType: { type: "string" }, optional: false },
      vector: { fieldType: { type: "array", value: { type: "number" } }, optional: false },
      r: { fieldType: { type: "record", keys: { type: "id", tableName: "things" }, values: { fieldType: { type: "any" }, optional: false } }, optional: false },
    },
  },
};
const SCHEMA = { tables: [TABLE, { tableName: "others", indexes: [], searchIndexes: [], vectorIndexes: [], documentType: { type: "any" } }], schemaValidation: true };
const CRONS = {
  "every hour": { name: "m:tick", args: [{ a: 1 }], schedule: { type: "hourly", minuteUTC: 5 } },
  often: { name: "a/b:tick", args: [], schedule: { type: "interval", minutes: 5 } },
  weekly: { name: "m:tick", args: [], schedule: { type: "weekly", dayOfWeek: "monday", hourUTC: 9 } },
  monthly: { name: "m:tick", args: [], schedule: { type: "monthly", day: 31, hourUTC: 9, minuteUTC: 0 } },
  "by expression": { name: "m:tick", args: [], schedule: { type: "cron", cron: "*/20 9-17 * * MON-FRI" } },
};
const EXPRESSIONS = ["* * * * *", "*/20 9-17 * * 1-5", "0 0 1 JAN,JUL *", "5 4 L * *", "0 12 15W * *", "0 6 * * MON#2", "59 23 31 12 FRIL", "1-59/7 22-4 * 2-11/3 SUN"];
const PROVIDERS = { providers: [{ domain: "https://issuer.example", applicationID: "app" }, { type: "customJwt", issuer: "issuer.example", jwks: "https://issuer.example/keys", algorithm: "ES256", applicationID: null }] };
const NOW_MS = Date.UTC(2026, 0, 31, 12);

/** Sources are not looked into here; short ones leave time for more cases. */
const shortened = (_key: string, value: unknown): unknown => (typeof value === "string" ? value.slice(0, 200) : value);

/** The targets. `bodies`: those of the `start_push` requests of a real push. */
export function pushTargets(bodies: string[]): Target[] {
  const pushes = bodies.map((body) => JSON.parse(body, shortened) as unknown);
  return [
    target({
      name: "pushes",
      weight: 30,
      make: (random) => changedJson(random, random.pick(pushes)),
      take(text) {
        const { app, components } = parseStartPush(parseJsonText(text, ADMIN_JSON));
        return [app, ...components].map((definition) => assembleModules(definition, null));
      },
    }),
    target({ name: "schemas", weight: 40, make: (random) => changedValue(random, SCHEMA), take: parseSchema }),
    target({
      name: "crons",
      weight: 8,
      make: (random) => changedValue(random, CRONS),
      take(text) {
        const crons = parseCrons(text, checkCronExpression);
        for (const { spec } of crons) insist(firstRunMs(spec.cronSchedule, NOW_MS) >= NOW_MS, "its first time has passed");
        return crons;
      },
    }),
    target({
      name: "cron expressions",
      weight: 15,
      make: (random) => changedText(random, random.pick(EXPRESSIONS)),
      take(expression) {
        let next: number | null;
        try {
          next = nextOfExpression(expression, NOW_MS);
        } catch (error) {
          if ((error as Error).constructor !== Error || (error as Error).message === "") throw error;
          throw new UserError("InvalidCron", (error as Error).message); // As a push refuses it.
        }
        insist(next === null || next > NOW_MS, "its next time has passed");
        return next;
      },
    }),
    target({ name: "auth configs", weight: 20, make: (random) => changedValue(random, PROVIDERS), take: parseProviders }),
  ];
}
