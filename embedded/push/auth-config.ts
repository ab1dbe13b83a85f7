/** auth.config: evaluated alone, with the deployment's variables; one that is not set fails the push (P7). */
import type { StoredModule } from "../functions/code.ts";
import type { Loader } from "../functions/loader.ts";
import { AnalysisRealm, UserCodeError } from "./analysis-realm.ts";
import type { AuthProvider } from "./analyzed.ts";
import { pushError } from "./errors.ts";

export interface AuthScope {
  loader: Loader;
  env: Record<string, string>;
  nowMs: number;
  seed: Uint8Array;
}

/** Replaces `process` so that reading a variable that is not set throws and leaves its name behind. */
const GUARD_ENV = `{
  const known = globalThis.process.env;
  const missing = [];
  const env = new Proxy(Object.create(null), {
    get(_, name) {
      if (typeof name !== "string") return undefined;
      const value = known[name];
      if (value !== undefined) return value;
      missing.push(name);
      throw new Error("Environment variable " + name + " is used in auth config file but its value was not set.");
    },
    has(_, name) { return known[name] !== undefined; },
  });
  Object.defineProperty(globalThis, "process", { value: { env }, configurable: true, writable: true });
  missing
}`;

/**
 * The providers of `module` (auth.config.js), none when it is null. Throws 400 `AuthConfigMissingEnvironmentVariable`,
 * `AuthConfigMissingExportError`, `AuthConfigNotMatchingSchemaError`, `InvalidProviderDomainUrl` or `InvalidModules`.
 */
export async function evaluateAuthConfig(module: StoredModule | null, scope: AuthScope): Promise<AuthProvider[]> {
  if (module === null) return [];
  const set = { definitionPath: "", modules: new Map([[module.path, module]]) };
  const realm = await AnalysisRealm.open({ ...scope, set, name: "auth.config" });
  const missing = realm.evaluate(GUARD_ENV) as string[];
  try {
    const text = realm.inspect(module.path, (exports) => {
      if (exports.default === undefined) {
        throw pushError("AuthConfigMissingExportError", "auth.config.js has no default export.");
      }
      return JSON.stringify(exports.default);
    });
    return parseProviders(text);
  } catch (error) {
    if (missing[0] !== undefined) {
      throw pushError(
        "AuthConfigMissingEnvironmentVariable",
        `Environment variable ${missing[0]} is used in auth config file but its value was not set.`,
      );
    }
    if (!(error instanceof UserCodeError)) throw error;
    throw pushError("InvalidModules", `Failed to analyze auth.config.js: ${error.text}`);
  } finally {
    realm.dispose();
  }
}

/** The providers in the JSON text of auth.config's default export. */
export function parseProviders(text: string | undefined): AuthProvider[] {
  const config = text === undefined ? null : (JSON.parse(text) as { providers?: unknown } | null);
  if (!Array.isArray(config?.providers)) throw mismatch("it must be an object with a list of providers.");
  return config.providers.map((provider: unknown) => {
    if (provider === null || typeof provider !== "object") throw mismatch("a provider is not an object.");
    return parseProvider(provider as Record<string, unknown>);
  });
}

function parseProvider(raw: Record<string, unknown>): AuthProvider {
  const { type, domain, issuer, jwks, algorithm, applicationID } = raw;
  if ("applicationId" in raw) throw mismatch(`"applicationId" must be written "applicationID".`);
  if (type === "customJwt") {
    if ("domain" in raw) throw mismatch(`a customJwt provider has an "issuer", no "domain".`);
    if (typeof issuer !== "string" || typeof jwks !== "string")
      throw mismatch(`a customJwt provider needs "issuer" and "jwks".`);
    if (algorithm !== "RS256" && algorithm !== "ES256")
      throw mismatch(`the algorithm of a customJwt provider is "RS256" or "ES256".`);
    if (applicationID !== undefined && applicationID !== null && typeof applicationID !== "string") {
      throw mismatch(`"applicationID" must be a string.`);
    }
    checkUrl(jwks, "jwks");
    return { type, applicationID: applicationID ?? null, issuer: withScheme(issuer), jwks, algorithm };
  }
  if (type !== undefined && type !== "oidc") throw mismatch(`the provider type ${JSON.stringify(type)} is unknown.`);
  if ("issuer" in raw) throw mismatch(`an OIDC provider has a "domain", no "issuer".`);
  if (typeof domain !== "string" || typeof applicationID !== "string") {
    throw mismatch(`an OIDC provider needs "domain" and "applicationID".`);
  }
  return { applicationID, domain: withScheme(domain) };
}

function withScheme(domain: string): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(domain) ? domain : `https://${domain}`;
  checkUrl(url, "domain");
  return url;
}

function checkUrl(url: string, what: string): void {
  if (URL.canParse(url)) return;
  throw pushError("InvalidProviderDomainUrl", `The ${what} of an auth provider is not a URL: ${JSON.stringify(url)}.`);
}

function mismatch(problem: string): Error {
  return pushError("AuthConfigNotMatchingSchemaError", `auth.config.js is not valid: ${problem}`);
}
