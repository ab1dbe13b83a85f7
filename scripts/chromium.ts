import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

export interface Chromium {
  executablePath: string;
  args: string[];
  env: Record<string, string>;
}

const archives = ["chromium.br", "al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"];

/**
 * A Chromium to test with: the one `CHROMIUM_PATH` names, else the one that npm brought along, unpacked once under
 * `node_modules/.cache`. Its own start-up arguments are left out: they switch web security off.
 * Returns what playwright's `launch` needs. Throws when the archives of @sparticuz/chromium are missing.
 */
export async function chromium(): Promise<Chromium> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"];
  const given = process.env["CHROMIUM_PATH"];
  if (given) return { executablePath: given, args, env: {} };
  const home = await unpacked();
  const env: Record<string, string> = {
    LD_LIBRARY_PATH: [join(home, "al2023", "lib"), process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":"),
  };
  if (!existsSync("/etc/fonts/fonts.conf")) env["FONTCONFIG_PATH"] = join(home, "fonts");
  return { executablePath: join(home, "chromium"), args: [...args, "--headless=shell"], env };
}

async function unpacked(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const folder = resolve(dirname(entry), "..");
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  const cache = resolve(import.meta.dirname, "..", "node_modules", ".cache");
  const home = join(cache, `chromium-${version}`);
  if (existsSync(home)) return home;
  mkdirSync(cache, { recursive: true });
  // Unpacked beside the final place and renamed at the end, so that an interrupted run leaves nothing half there.
  const target = mkdtempSync(join(cache, "chromium-unpacking-"));
  const tmpdirBefore = process.env["TMPDIR"];
  process.env["TMPDIR"] = target;
  try {
    const { inflate } = (await import(join(folder, "build", "lambdafs.js"))) as { inflate(file: string): Promise<string> };
    for (const archive of archives) await inflate(join(folder, "bin", archive));
  } finally {
    if (tmpdirBefore === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = tmpdirBefore;
  }
  try {
    renameSync(target, home);
  } catch (error) {
    rmSync(target, { recursive: true, force: true });
    if (!existsSync(home)) throw error; // another process was faster
  }
  return home;
}
