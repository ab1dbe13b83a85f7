/** What runs pushed code while it is looked at, and nowhere else: done in a thread of its own (`analysis-thread.ts`). */
import type { ModuleSet, StoredModule } from "../functions/code.ts";
import type { SchemaJson } from "../storage/schema-json.ts";
import { AnalysisRealm, UserCodeError } from "./analysis-realm.ts";
import { analyzePush, type AnalysisDeps, type AnalyzedPush, type PushContext } from "./analyze.ts";
import type { AnalyzedFunction, AuthProvider } from "./analyzed.ts";
import { evaluateAuthConfig } from "./auth-config.ts";
import { evaluateSchema } from "./definition-schema.ts";
import { pushError } from "./errors.ts";
import { functionsOfModule } from "./functions-of-module.ts";
import type { DefinitionConfig, StartPushRequest } from "./wire.ts";

type Env = Record<string, string>;

/** All arguments and answers are plain data. Each rejects with a UserError for what is wrong with the code. */
export interface AnalysisTasks {
  /** As `analyzePush`. */
  analyze(request: StartPushRequest, context: PushContext): Promise<AnalyzedPush>;
  /** The schema of every definition, keyed by its path; null where there is none. */
  schemas(configs: DefinitionConfig[]): Promise<Map<string, SchemaJson | null>>;
  /** As `evaluateAuthConfig`. */
  auth(module: StoredModule | null, env: Env): Promise<AuthProvider[]>;
  /** The function that the module `path` of `set` exports by default, or null. */
  defaultFunction(path: string, set: ModuleSet, env: Env): Promise<AnalyzedFunction | null>;
}

/** The tasks, done in this thread. */
export function analysisTasks(deps: AnalysisDeps): AnalysisTasks {
  const scope = () => ({ loader: deps.loader, nowMs: Date.now(), seed: new Uint8Array(32) });
  return {
    analyze: (request, context) => analyzePush(request, deps, context),
    async schemas(configs) {
      const schemas = new Map<string, SchemaJson | null>();
      for (const config of configs) schemas.set(config.definitionPath, await evaluateSchema(config, scope()));
      return schemas;
    },
    auth: (module, env) => evaluateAuthConfig(module, { ...scope(), nowMs: 0, env }),
    async defaultFunction(path, set, env) {
      const realm = await AnalysisRealm.open({ ...scope(), set, env, name: `default of ${path}` });
      try {
        const functions = realm.inspect(path, (exports) => functionsOfModule(path, exports));
        return functions.find(({ name }) => name === "default") ?? null;
      } catch (error) {
        if (!(error instanceof UserCodeError)) throw error;
        throw pushError("InvalidModules", `Failed to analyze ${path}: ${error.text}`);
      } finally {
        realm.dispose();
      }
    },
  };
}
