/** The shapes of analysed code as the command line reads them in the answer of `start_push`; stored as they are. */
import type { SchemaJson } from "../storage/schema-json.ts";
import type { ComponentExports } from "./exports.ts";
import type { CronSpec } from "./crons.ts";

export interface AnalyzedFunction {
  name: string;
  pos: { path: string; start_lineno: number; start_col: number } | null;
  udfType: "Query" | "Mutation" | "Action";
  visibility: { kind: "public" | "internal" } | null;
  /** The text of a validator, or null when nothing is declared. */
  args: string | null;
  returns: string | null;
}

export interface AnalyzedRoute {
  route: { path: string; method: string };
  pos: null;
}

export interface AnalyzedModule {
  functions: AnalyzedFunction[];
  httpRoutes: AnalyzedRoute[] | null;
  cronSpecs: CronSpec[] | null;
  sourceMapped: null;
}

/** A declared environment variable: the text of its validator. */
export interface EnvDeclaration {
  type: "value";
  value: string;
  optional?: boolean;
}

/** How a parent binds a child's variable: a text, or a variable that the parent declares. */
export type EnvBinding = { type: "value"; value: string } | { type: "envVar"; name: string };

export interface ChildComponent {
  name: string;
  path: string;
  args: [];
  env: [string, EnvBinding][] | null;
}

/** What a convex.config module says. `httpMounts`: a prefix that ends in `/` → `_reference/childComponent/<name>`. */
export interface DefinitionMetadata {
  path: string;
  definitionType: { type: "app" } | { type: "childComponent"; name: string; args: [] };
  childComponents: ChildComponent[];
  httpMounts: Record<string, string>;
  httpPrefix: string | null;
  exports: ComponentExports;
  envVars: [string, EnvDeclaration][] | null;
}

export interface EvaluatedDefinition {
  definition: DefinitionMetadata;
  schema: SchemaJson | null;
  functions: Record<string, AnalyzedModule>;
  udfConfig: {
    serverVersion: string;
    importPhaseRngSeed: { $bytes: string };
    importPhaseUnixTimestamp: { $integer: string };
  };
}

export type AuthProvider =
  | { applicationID: string; domain: string }
  | { type: "customJwt"; applicationID: string | null; issuer: string; jwks: string; algorithm: "RS256" | "ES256" };
