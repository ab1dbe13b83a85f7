import { describe, expect, it } from "vitest";
import type { AnalyzedModule, ChildComponent, DefinitionMetadata, EnvDeclaration } from "./analyzed.ts";
import { componentExports } from "./exports.ts";
import { buildTree, treeNodes, type TreeSource } from "./tree.ts";

const STRING: EnvDeclaration = { type: "value", value: `{"type":"string"}` };
const OPTIONAL: EnvDeclaration = { ...STRING, optional: true };

function source(path: string, o: Partial<DefinitionMetadata> = {}, routes: string[] = []): [string, TreeSource] {
  const definition: DefinitionMetadata = {
    path,
    definitionType: path === "" ? { type: "app" } : { type: "childComponent", name: path, args: [] },
    childComponents: [],
    httpMounts: {},
    httpPrefix: null,
    exports: { type: "branch", branch: [] },
    envVars: null,
    ...o,
  };
  const http: AnalyzedModule = {
    functions: [],
    cronSpecs: null,
    sourceMapped: null,
    httpRoutes: routes.map((route) => ({ route: { path: route, method: "GET" }, pos: null })),
  };
  return [path, { definition, functions: routes.length > 0 ? { "http.js": http } : {} }];
}

const child = (name: string, path: string, env: ChildComponent["env"] = []): ChildComponent => ({
  name,
  path,
  args: [],
  env,
});
const mount = (prefix: string, name: string) => ({ [prefix]: `_reference/childComponent/${name}` });
const refusal = (sources: [string, TreeSource][], forCodegen = false) => {
  try {
    buildTree(new Map(sources), forCodegen);
    return "accepted";
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
};

describe("the component tree of a push", () => {
  it("P12: a definition used twice becomes two instances, nested ones lie under their parent", () => {
    const tree = buildTree(
      new Map([
        source("", { childComponents: [child("one", "pool"), child("two", "pool")] }),
        source("pool", { childComponents: [child("batch", "../node_modules/batch")] }),
        source("../node_modules/batch"),
      ]),
      false,
    );
    expect([...treeNodes(tree)].map(({ componentPath, definitionPath }) => [componentPath, definitionPath])).toEqual([
      ["", ""],
      ["one", "pool"],
      ["one/batch", "../node_modules/batch"],
      ["two", "pool"],
      ["two/batch", "../node_modules/batch"],
    ]);
  });

  it("P12: variables are bound through every level, and one that its source leaves out is dropped", () => {
    const tree = buildTree(
      new Map([
        source("", {
          envVars: [["KEY", OPTIONAL]],
          childComponents: [
            child("outer", "outer", [
              ["A", { type: "envVar", name: "KEY" }],
              ["B", { type: "value", value: "b" }],
            ]),
          ],
        }),
        source("outer", {
          envVars: [
            ["A", OPTIONAL],
            ["B", STRING],
            ["C", OPTIONAL],
          ],
          childComponents: [
            child("inner", "inner", [
              ["X", { type: "envVar", name: "A" }],
              ["Y", { type: "envVar", name: "B" }],
              ["Z", { type: "envVar", name: "C" }],
            ]),
          ],
        }),
        source("inner", {
          envVars: [
            ["X", OPTIONAL],
            ["Y", STRING],
            ["Z", OPTIONAL],
          ],
        }),
      ]),
      false,
    );
    expect(tree.children.outer?.children.inner?.env).toEqual({ X: { variable: "KEY" }, Y: { value: "b" } });
  });

  it("P12: a mount inside a mounted component answers below its parent's prefix", () => {
    const tree = buildTree(
      new Map([
        source("", { childComponents: [child("outer", "outer")], httpMounts: mount("/outer/", "outer") }),
        source("outer", { childComponents: [child("inner", "inner")], httpMounts: mount("/inner/", "inner") }),
        source("inner", {}, ["/x"]),
      ]),
      false,
    );
    expect(tree.children.outer?.httpPrefix).toBe("/outer/");
    expect(tree.children.outer?.children.inner?.httpPrefix).toBe("/outer/inner/");
  });

  it("P12: what does not fit together is refused with a TypecheckError that names the component", () => {
    const declared = source("c", { envVars: [["NEEDED", STRING]] });
    const use = (env: ChildComponent["env"]) => source("", { childComponents: [child("c", "c", env)] });
    expect(refusal([use([]), declared])).toBe(
      `TypecheckError: Component "c": its environment variable NEEDED is required and not given.`,
    );
    expect(refusal([use([]), declared], true)).toBe("accepted");
    expect(refusal([use([["OTHER", { type: "value", value: "x" }]]), declared])).toContain(
      "OTHER, which it does not declare",
    );
    expect(refusal([use([["NEEDED", { type: "envVar", name: "KEY" }]]), declared])).toContain(
      "which its parent does not declare",
    );
    const twice = source("", { childComponents: [child("c", "c"), child("c", "c")] });
    expect(refusal([twice, source("c")])).toBe(`TypecheckError: The app: it uses two components named "c".`);
    const mounted = { childComponents: [child("c", "c")], httpMounts: mount("/files/", "c") };
    expect(refusal([source("", mounted), source("c")])).toContain("has no HTTP routes");
    expect(refusal([source("", mounted, ["/files/*"]), source("c", {}, ["/x"])])).toContain("both a mount and a route");
    const below = { ...mounted, httpPrefix: "/api/" };
    expect(refusal([source("", below, ["/files/*"]), source("c", {}, ["/x"])])).toBe("accepted");
    const clash = { ...below, httpMounts: mount("/api/files/", "c") };
    expect(refusal([source("", clash, ["/files/*"]), source("c", {}, ["/x"])])).toContain("both a mount and a route");
  });

  it("P12: a literal that the declaration refuses is refused", () => {
    const level: EnvDeclaration = { type: "value", value: JSON.stringify({ type: "literal", value: "DEBUG" }) };
    const sources = (value: string) =>
      [
        source("", { childComponents: [child("c", "c", [["LEVEL", { type: "value", value }]])] }),
        source("c", { envVars: [["LEVEL", level]] }),
      ] as [string, TreeSource][];
    expect(refusal(sources("DEBUG"))).toBe("accepted");
    expect(refusal(sources("INFO"))).toContain("TypecheckError");
  });
});

const fn = (name: string, kind: "public" | "internal" | null) => ({
  name,
  pos: null,
  udfType: "Query" as const,
  visibility: kind && { kind },
  args: null,
  returns: null,
});
const module = (...functions: ReturnType<typeof fn>[]): AnalyzedModule => ({
  functions,
  httpRoutes: null,
  cronSpecs: null,
  sourceMapped: null,
});

describe("the exports of a component", () => {
  it("P10: public functions are reached by file path, others not at all", () => {
    const modules = {
      "lib.js": module(fn("get", "public"), fn("clear", "internal"), fn("old", null)),
      "a/b.js": module(fn("c", "public")),
    };
    expect(componentExports(modules, "counter")).toEqual({
      type: "branch",
      branch: [
        ["lib", { type: "branch", branch: [["get", { type: "leaf", leaf: "_reference/function/lib.js:get" }]] }],
        [
          "a",
          {
            type: "branch",
            branch: [
              ["b", { type: "branch", branch: [["c", { type: "leaf", leaf: "_reference/function/a/b.js:c" }]] }],
            ],
          },
        ],
      ],
    });
  });

  it("P10: a function that has the name of a module beside it is refused", () => {
    const modules = { "a.js": module(fn("b", "public")), "a/b.js": module(fn("c", "public")) };
    expect(() => componentExports(modules, "counter")).toThrowError(expect.objectContaining({ code: "InvalidExport" }));
  });
});
