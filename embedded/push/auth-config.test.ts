import { describe, expect, it } from "vitest";
import { parseProviders } from "./auth-config.ts";

const codeOf = (config: unknown) => {
  try {
    parseProviders(JSON.stringify(config));
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const providers = (...list: unknown[]) => ({ providers: list });
const jwt = { type: "customJwt", issuer: "issuer.test", jwks: "data:application/json,{}", algorithm: "ES256" };

describe("auth.config of a push", () => {
  it("P7: providers get the scheme they leave out", () => {
    expect(
      parseProviders(JSON.stringify(providers({ domain: "issuer.test", applicationID: "a", extra: 1 }, jwt))),
    ).toEqual([
      { domain: "https://issuer.test", applicationID: "a" },
      { ...jwt, issuer: "https://issuer.test", applicationID: null },
    ]);
    expect(parseProviders(JSON.stringify(providers({ domain: "http://127.0.0.1:1", applicationID: "a" })))).toEqual([
      { domain: "http://127.0.0.1:1", applicationID: "a" },
    ]);
  });

  it.each([
    ["no list", {}, "AuthConfigNotMatchingSchemaError"],
    [
      "a misspelt applicationId",
      providers({ domain: "a.test", applicationId: "a" }),
      "AuthConfigNotMatchingSchemaError",
    ],
    ["a domain on customJwt", providers({ ...jwt, domain: "a.test" }), "AuthConfigNotMatchingSchemaError"],
    ["an issuer on OIDC", providers({ issuer: "a.test", applicationID: "a" }), "AuthConfigNotMatchingSchemaError"],
    ["an unknown type", providers({ ...jwt, type: "saml" }), "AuthConfigNotMatchingSchemaError"],
    ["an unknown algorithm", providers({ ...jwt, algorithm: "none" }), "AuthConfigNotMatchingSchemaError"],
    ["a domain that is no URL", providers({ domain: "http://", applicationID: "a" }), "InvalidProviderDomainUrl"],
  ])("P7: %s is refused", (_why, config, code) => {
    expect(codeOf(config)).toBe(code);
  });
});
