import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openDeployment } from "../embedded/deployment.ts";
import { convexCli } from "./start/convex-cli.ts";

const root = resolve(import.meta.dirname, "..");
const cache = join(root, "node_modules", ".cache");
mkdirSync(cache, { recursive: true });
/** Below node_modules, so that packages resolve to where they really are. */
const copy = mkdtempSync(join(cache, "codegen-"));
const dataDir = mkdtempSync(join(tmpdir(), "countersign-codegen-"));
afterAll(() => {
  for (const dir of [copy, dataDir]) rmSync(dir, { recursive: true, force: true });
});

it("convex/_generated is what the real command line writes for the functions as they are", async () => {
  const generated = join("convex", "_generated");
  cpSync(join(root, "convex"), join(copy, "convex"), { recursive: true });
  for (const file of ["package.json", "tsconfig.json"]) cpSync(join(root, file), join(copy, file));
  for (const file of readdirSync(join(copy, generated))) rmSync(join(copy, generated, file));

  const deployment = await openDeployment({ dataDir, port: 0, sitePort: 0 });
  try {
    const { url, adminKey } = deployment;
    await convexCli(copy, { url, adminKey }, ["codegen", "--typecheck", "disable"], "", join(root, "node_modules/convex/bin/main.js"));
  } finally {
    await deployment.close();
  }
  const texts = (dir: string) =>
    Object.fromEntries(readdirSync(join(dir, generated)).map((file) => [file, readFileSync(join(dir, generated, file), "utf8")]));
  expect(texts(root)).toEqual(texts(copy));
}, 120_000);
