import { describe, expect, it } from "vitest";
import { applyEnvChanges, parseEnvChanges } from "./environment.ts";

const refusal = (changes: unknown) => {
  try {
    parseEnvChanges({ changes });
    return null;
  } catch (error) {
    return { code: (error as { code: string }).code, text: (error as Error).message };
  }
};

describe("environment variables", () => {
  it.each([
    ["9LIVES", "EnvironmentVariableNameInvalid"],
    ["WITH-DASH", "EnvironmentVariableNameInvalid"],
    ["", "EnvironmentVariableNameInvalid"],
    ["A".repeat(257), "EnvironmentVariableNameTooLong"],
    ["CONVEX_CLOUD_URL", "EnvVarNameForbidden"],
    ["CONVEX_SITE_URL", "EnvVarNameForbidden"],
  ])("P14: the name %s is refused with %s", (name, code) => {
    expect(refusal([{ name, value: "x" }])?.code).toBe(code);
  });

  it("P14: a value may have 8 KiB, and the refusal of a longer one does not show it", () => {
    expect(refusal([{ name: "KEY", value: "é".repeat(4096) }])).toBe(null);
    const refused = refusal([{ name: "KEY", value: "secret ".repeat(2000) }]);
    expect(refused?.code).toBe("EnvironmentVariableValueTooLarge");
    expect(refused?.text).not.toContain("secret");
  });

  it("P14: null removes a variable, and 512 are the most there can be", () => {
    const many = new Map(Array.from({ length: 512 }, (_, i) => [`V${i}`, "x"]));
    expect(
      applyEnvChanges(
        many,
        parseEnvChanges({
          changes: [
            { name: "V0", value: null },
            { name: "NEW", value: "y" },
          ],
        }),
      ).size,
    ).toBe(512);
    expect(() => applyEnvChanges(many, [{ name: "NEW", value: "y" }])).toThrowError(
      expect.objectContaining({ code: "EnvVarLimitMet" }),
    );
  });

  it.each([[undefined], ["A=1"], [[{ name: 1, value: "x" }]], [[{ name: "A", value: 1 }]]])(
    "P14: %j is no list of changes",
    (changes) => {
      expect(refusal(changes)?.code).toBe("BadRequest");
    },
  );
});
