import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runVerify } from "./main.ts";

const dir = mkdtempSync(join(tmpdir(), "countersign-verify-test-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const stranger = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("base64");

async function run(...argv: string[]): Promise<{ code: number; said: string }> {
  const said: string[] = [];
  const print = (text: string) => said.push(text);
  return { code: await runVerify(argv, print, print), said: said.join("\n") };
}

it.each([
  [[], /Name the file/],
  [["--colour", "x.jsonl"], /Unknown option '--colour'/],
  [["x.jsonl", "--key", "short"], /--key takes a public key of 44 characters/],
  [[join(dir, "absent.jsonl")], /ENOENT/],
  [["x.jsonl", "--checkpoints", join(dir, "absent")], /ENOENT/],
  [["x.jsonl", "--checkpoints", import.meta.filename], /holds no checkpoint as a desk sends it/],
])("ends with 2 and a sentence where nothing can be checked: %j", async (argv, sentence) => {
  const { code, said } = await run(...argv);
  expect(code).toBe(2);
  expect(said).toMatch(sentence);
});

it("ends with 1 and names file and line of what is wrong, also in a file that is no export", async () => {
  const file = join(dir, "other.jsonl");
  writeFileSync(file, '{"kind":"note"}\n');
  expect(await run(file, "--key", stranger)).toMatchObject({ code: 1, said: expect.stringContaining(`${file}, line 1. It is no line of an export.`) });
  writeFileSync(file, "");
  expect(await run(file)).toMatchObject({ code: 1, said: expect.stringContaining("The file is empty.") });
});

it("says how it is used", async () => {
  expect(await run("--help")).toMatchObject({ code: 0, said: expect.stringContaining("Exit codes: 0") });
});
