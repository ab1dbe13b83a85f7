import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bundleApp } from "../fixtures/bundle.ts";
import { Loader } from "../functions/loader.ts";
import { UserError } from "../values/errors.ts";
import { analyzePush, type AnalysisDeps, type PushContext } from "./analyze.ts";
import { parseStartPush } from "./wire.ts";

const fixtures = join(import.meta.dirname, "../fixtures");
mkdirSync(join(fixtures, ".tmp"), { recursive: true });
const temp = mkdtempSync(join(fixtures, ".tmp/analyze-"));
afterAll(() => rmSync(temp, { recursive: true, force: true }));

const SYSTEM = { CONVEX_CLOUD_URL: "http://127.0.0.1:1", CONVEX_SITE_URL: "http://127.0.0.1:2" };
const deps: AnalysisDeps = {
  loader: new Loader(join(temp, "cache")),
  // The command line's own test drives the thread that imports Node modules; here it is enough to see what it is asked.
  analyzeNode: (_set, paths) => Promise.resolve(new Map(paths.map((path) => [path, []]))),
  checkCronExpression: () => null,
};
const context: PushContext = { systemEnv: SYSTEM, userEnv: new Map(), storedApp: null, storedUdfConfig: null };

let apps = 0;

/** The body of `start_push` for an app made of these files. */
function app(files: Record<string, string>) {
  const dir = join(temp, `app${apps++}`, "convex");
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), source);
  }
  return bundleApp(dir);
}

async function analyze(files: Record<string, string>, given: Partial<PushContext> = {}) {
  return analyzePush(parseStartPush(await app(files)), deps, { ...context, ...given });
}

/** What the analysis refuses the app with: its code and text. */
async function refusal(
  files: Record<string, string>,
  given: Partial<PushContext> = {},
): Promise<[code: string, message: string]> {
  try {
    await analyze(files, given);
  } catch (error) {
    if (error instanceof UserError) return [`${error.httpStatus} ${error.code}`, error.message];
    throw error;
  }
  throw new Error("The app was accepted.");
}

const QUERY = `import { queryGeneric as query } from "convex/server";\n`;
const V = `import { v } from "convex/values";\n`;

const schema = (source: string) => refusal({ "schema.ts": source });
const definition = (source: string) => refusal({ "convex.config.ts": source });
const crons = (name: string) => `import { cronJobs, makeFunctionReference } from "convex/server";
  const crons = cronJobs();
  crons.hourly("job", makeFunctionReference("m:${name}") as any);
  export default crons;`;

describe("the analysis of a push", () => {
  it("P4, P5: finds functions, routes, crons, providers and the tree of an app with a component", async () => {
    const request = parseStartPush(await bundleApp(join(fixtures, "apps/plain/convex")));
    const { analysis, tree, auth } = await analyzePush(request, deps, context);
    const root = analysis[""]!;
    const names = Object.entries(root.functions).map(([path, { functions }]) => [
      path,
      functions.map(({ name }) => name),
    ]);
    expect(Object.fromEntries(names)).toEqual({
      "auth.config.js": [],
      "crons.js": [],
      "deep/nested.js": ["default"],
      "disk.js": [],
      "format.js": [],
      "http.js": [],
      "messages.js": ["count", "greeting", "later", "list", "send", "tick", "visits", "whoami"],
    });
    expect(root.functions["messages.js"]?.functions.find(({ name }) => name === "send")).toEqual({
      name: "send",
      pos: null,
      udfType: "Mutation",
      visibility: { kind: "public" },
      args: JSON.stringify({
        type: "object",
        value: {
          author: { fieldType: { type: "string" }, optional: false },
          body: { fieldType: { type: "string" }, optional: false },
        },
      }),
      returns: JSON.stringify({ type: "id", tableName: "messages" }),
    });
    expect(root.functions["deep/nested.js"]?.functions[0]).toMatchObject({ args: `{"type":"any"}`, returns: "null" });
    expect(root.functions["http.js"]?.httpRoutes?.map(({ route }) => route)).toEqual([
      { path: "/ping", method: "GET" },
      { path: "/files/*", method: "GET" },
    ]);
    expect(root.functions["crons.js"]?.cronSpecs?.map(({ identifier }) => identifier)).toEqual([
      "tick",
      "weekly tick",
      "nightly",
    ]);
    expect(root.definition.exports).toEqual({ type: "branch", branch: [] });
    expect(auth).toEqual([{ domain: SYSTEM.CONVEX_SITE_URL, applicationID: "convex" }]);

    const counter = analysis.counter!;
    expect(counter.definition).toMatchObject({
      path: "counter",
      definitionType: { type: "childComponent", name: "counter", args: [] },
      exports: {
        branch: [
          [
            "lib",
            {
              branch: [
                ["add", { leaf: "_reference/function/lib.js:add" }],
                ["get", { leaf: "_reference/function/lib.js:get" }],
              ],
            },
          ],
        ],
      },
    });
    expect(counter.schema?.tables[0]?.indexes).toEqual([
      { indexDescriptor: "by_name", fields: ["name", "_creationTime"] },
    ]);
    expect(tree.children.visits).toMatchObject({
      definitionPath: "counter",
      componentPath: "visits",
      httpPrefix: "/visits/",
      env: { LABEL: { value: "visits" }, GREETING: { variable: "GREETING" } },
      routes: [{ method: "GET", path: "/label" }],
    });
  });

  it("P4: other exports are skipped, and a function without an argument object is refused by name", async () => {
    const files = {
      "m.ts": `${QUERY}export const constant = 1;
        export const nothing = null;
        export const odd = { isQuery: true, isMutation: true };
        export class Helper {}\nexport const found = query({ handler: async () => 1 });`,
    };
    const { analysis } = await analyze(files);
    expect(analysis[""]?.functions["m.js"]?.functions.map(({ name }) => name)).toEqual(["found"]);
    const broken = `const fn = () => 1;
      const exportArgs = () => '{"type":"string"}';
      export const f = Object.assign(fn, { isQuery: true, isPublic: true, exportArgs });`;
    expect(await refusal({ "m.ts": broken })).toEqual([
      "400 InvalidModules",
      "m:f: its args must be an object validator.",
    ]);
    const undefinedField = `${QUERY}export const f = query({ args: { a: undefined as any }, handler: async () => 1 });`;
    expect((await refusal({ "m.ts": undefinedField }))[1]).toContain("m:f");
    const name = `const fn = () => 1;\nconst f = Object.assign(fn, { isQuery: true });\nexport { f as "not-a-name" };`;
    expect((await refusal({ "m.ts": name }))[0]).toBe("400 InvalidFunctionName");
  });

  it("P4: an error at import names the module, the line and what was logged before", async () => {
    const [code, message] = await refusal({ "lib/m.ts": `console.log("so far", 1);\nthrow new TypeError("boom");` });
    expect(code).toBe("400 InvalidModules");
    expect(message).toContain("Failed to analyze lib/m.js: Uncaught TypeError: boom\n    at ");
    expect(message).toContain("lib/m.ts:2:");
    expect(message).toMatch(/\n\n\[LOG\] 'so far' 1$/);
  });

  it("P5: syscalls, promises that never settle and loops do not get past the import", async () => {
    const call = `declare const Convex: any;\nConvex.syscall("1.0/db/normalizeId", "{}");`;
    expect((await refusal({ "m.ts": call }))[1]).toContain("while a module is imported");
    const wait = `const never = new Promise(() => {});\nexport const later = never.then(() => 1);`;
    await expect(analyze({ "m.ts": wait })).resolves.toBeDefined();
    expect((await refusal({ "m.ts": "for (;;) {}" }))[1]).toContain("longer than 4 seconds");
    expect((await refusal({ "m.ts": `export const a = await Promise.resolve(1);` }))[1]).toContain("m.js");
  });

  it("P5: time and chance of the import phase stay the same while the version stays", async () => {
    const files = { "m.ts": `throw new Error(JSON.stringify([Date.now(), Math.random()]));` };
    const { analysis } = await analyze({ "m.ts": "" });
    const stored = { storedUdfConfig: analysis[""]!.udfConfig };
    const seen = async (given: Partial<PushContext>) => /\[\d+,[\d.e-]+\]/.exec((await refusal(files, given))[1])?.[0];
    const first = await seen(stored);
    expect(first).toBeDefined();
    expect(await seen(stored)).toBe(first);
    expect(await seen({ storedUdfConfig: { ...analysis[""]!.udfConfig, serverVersion: "1.47.0" } })).not.toBe(first);
  });

  it("P7: auth.config sees the deployment's variables; one that is not set is named", async () => {
    const files = {
      "auth.config.ts": `export default { providers: [{ domain: process.env.ISSUER, applicationID: "app" }] };`,
    };
    expect(await refusal(files)).toEqual([
      "400 AuthConfigMissingEnvironmentVariable",
      "Environment variable ISSUER is used in auth config file but its value was not set.",
    ]);
    const { auth } = await analyze(files, { userEnv: new Map([["ISSUER", "issuer.test"]]) });
    expect(auth).toEqual([{ domain: "https://issuer.test", applicationID: "app" }]);
    expect((await refusal({ "auth.config.ts": "export const a = 1;" }))[0]).toBe("400 AuthConfigMissingExportError");
  });

  it("P8: a schema that reads a variable, lacks its export or is none is refused", async () => {
    const env = `import { defineSchema } from "convex/server";
      if (process.env.FLAG) console.log(1);
      export default defineSchema({});`;
    expect((await schema(env))[0]).toBe("400 NoEnvironmentVariablesInSchema");
    expect((await schema("export const a = 1;"))[0]).toBe("400 MissingSchemaExportError");
    expect((await schema("export default {};"))[0]).toBe("400 InvalidSchemaExport");
    expect((await schema(`throw new Error("no");`))[1]).toContain("Uncaught Error: no");
  });

  it("P9: a cron of a query or of nothing is refused", async () => {
    const functions = `${QUERY}export const look = query({ handler: async () => 1 });`;
    expect(await refusal({ "m.ts": functions, "crons.ts": crons("look") })).toEqual([
      "400 InvalidCron",
      `Cron "job" runs the query m.js:look; only mutations and actions can be run.`,
    ]);
    expect((await refusal({ "m.ts": functions, "crons.ts": crons("gone") }))[1]).toContain(
      "m.js:gone, which does not exist",
    );
  });

  it("P11: a definition that is none, or that throws, is refused and named", async () => {
    expect((await definition("export default 1;"))[0]).toBe("400 InvalidDefinition");
    expect((await definition(`throw new Error("no");`))[1]).toContain(
      "The convex.config of the app is not valid: Uncaught Error: no",
    );
    const number = `import { defineApp } from "convex/server";
      ${V}export default defineApp({ env: { N: v.number() as any } });`;
    expect((await definition(number))[0]).toBe("400 InvalidEnvVarDeclaration");
  });

  it("P11: an app may keep its HTTP routes below a prefix", async () => {
    const config = `import { defineApp } from "convex/server";\nexport default defineApp({ httpPrefix: "/api" });`;
    const { tree, analysis } = await analyze({ "convex.config.ts": config, "empty.ts": "export {};" });
    expect([tree.httpPrefix, analysis[""]?.definition.httpPrefix]).toEqual(["/api/", "/api/"]);
  });

  it("P3: an unchanged module is taken from the store by its hash, an unknown hash is a 409", async () => {
    const files = { "m.ts": `${QUERY}export const found = query({ handler: async () => 1 });` };
    const first = await analyze(files);
    const body = await app(files);
    const [sent] = body.appDefinition.changedModules;
    const stored = first.modules.get("")!.modules.get("m.js")!;
    const again = (sha256: string, storedApp: PushContext["storedApp"]) => {
      const appDefinition = {
        ...body.appDefinition,
        changedModules: [],
        unchangedModuleHashes: [{ path: sent!.path, environment: "isolate", sha256 }],
      };
      return analyzePush(parseStartPush({ ...body, appDefinition }), deps, { ...context, storedApp });
    };
    const { analysis } = await again(stored.sha256, first.modules.get("")!);
    expect(analysis[""]?.functions["m.js"]?.functions.map(({ name }) => name)).toEqual(["found"]);
    await expect(again("0".repeat(64), first.modules.get("")!)).rejects.toMatchObject({
      code: "ExistingModuleHashConflict",
      httpStatus: 409,
    });
    await expect(again(stored.sha256, null)).rejects.toMatchObject({ code: "MissingExistingModule", httpStatus: 409 });
  });

  it("P2: what is not supported is refused with its name", async () => {
    const body = await app({ "m.ts": "export {};" });
    const start = (change: object) => analyzePush(parseStartPush({ ...body, ...change }), deps, context);
    await expect(start({ nodeVersion: "18" })).rejects.toMatchObject({ code: "NodeVersionNotSupported" });
    await expect(start({ nodeDependencies: [{ name: "sharp", version: "0.33.0" }] })).rejects.toThrow(
      /sharp@0\.33\.0 is not installed/,
    );
    expect(() => parseStartPush({ ...body, componentDefinitions: {} })).toThrow(
      "componentDefinitions must be an array",
    );
    const path = { ...body.appDefinition, changedModules: [{ path: "a-b.js", source: "", environment: "isolate" }] };
    await expect(start({ appDefinition: path })).rejects.toMatchObject({ code: "BadConvexModuleIdentifier" });
  });
});
