import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chooseHome } from "./home.ts";

const empty = mkdtempSync(join(tmpdir(), "countersign-home-"));

describe("the home of a start", () => {
  it("is the embedded deployment when nothing is configured", () => {
    expect(chooseHome(empty, {})).toEqual({ kind: "embedded" });
  });

  it("is a self-hosted deployment when its address and key are set", () => {
    const env = { CONVEX_SELF_HOSTED_URL: "http://desk:3210/", CONVEX_SELF_HOSTED_ADMIN_KEY: "k|1" };
    expect(chooseHome(empty, env)).toEqual({ kind: "selfHosted", url: "http://desk:3210", adminKey: "k|1" });
  });

  it("is read from .env.local too, where the environment says nothing", () => {
    const dir = mkdtempSync(join(tmpdir(), "countersign-home-"));
    writeFileSync(join(dir, ".env.local"), "CONVEX_DEPLOYMENT=dev:quick-fox-1 # team\n");
    expect(chooseHome(dir, {})).toEqual({ kind: "cloud", push: "dev" });
    expect(chooseHome(dir, { CONVEX_DEPLOYMENT: "" })).toEqual({ kind: "embedded" });
  });

  it("is the deployment of a deploy key", () => {
    expect(chooseHome(empty, { CONVEX_DEPLOY_KEY: "prod:x|y" })).toEqual({ kind: "cloud", push: "deploy" });
  });

  it("must not be half a home, nor two", () => {
    expect(() => chooseHome(empty, { CONVEX_SELF_HOSTED_URL: "http://desk:3210" })).toThrow(/belong together/);
    expect(() =>
      chooseHome(empty, { CONVEX_SELF_HOSTED_URL: "http://d", CONVEX_SELF_HOSTED_ADMIN_KEY: "k", CONVEX_DEPLOYMENT: "dev:a" }),
    ).toThrow(/Both a self-hosted and a cloud/);
  });
});
