import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import sirv from "sirv";
import { hashOf } from "./inputs.ts";
import { StartError } from "./options.ts";

const inputs = ["src", "public", "index.html", "vite.config.ts", "package-lock.json", "tsconfig.json", "convex/_generated", "convex/shared"];
const mark = "dist/.inputs";

/**
 * Builds the dashboard into `dist/` with Vite, unless what is there was built from the same files.
 * @returns whether it was built
 * @throws StartError with Vite's output when the build fails
 */
export async function buildDashboard(projectDir: string): Promise<boolean> {
  const wanted = hashOf(projectDir, inputs);
  if (read(join(projectDir, mark)) === wanted) return false;
  const child = spawn(process.execPath, [join(projectDir, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"], {
    cwd: projectDir,
    // The address comes from /config.json: one that `convex dev` left in .env.local must not be built in. And whatever the
    // shell says, what is built is not React's slow development version.
    env: { ...process.env, NODE_ENV: "production", VITE_CONVEX_URL: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  child.stdout.on("data", (text) => (out += text));
  child.stderr.on("data", (text) => (out += text));
  const code = await new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
  if (code !== 0) throw new StartError(`The dashboard could not be built:\n${out.trim()}`);
  writeFileSync(join(projectDir, mark), wanted);
  return true;
}

/**
 * Serves the built dashboard on loopback, and `/config.json`, which tells it where its deployment is.
 * Requests under a name that is not this machine's are refused, so that no website can pass for the desk.
 */
export async function serveDashboard(projectDir: string, port: number, convexUrl: string): Promise<Server> {
  const files = sirv(join(projectDir, "dist"), { single: true, etag: true, setHeaders: (res) => secure(res, convexUrl) });
  const server = createServer((req, res) => {
    const host = (req.headers.host ?? "").replace(/:\d+$/, "");
    if (!["localhost", "127.0.0.1", "[::1]"].includes(host)) {
      res.writeHead(421, { "Content-Type": "text/plain" }).end("This desk answers only on this machine's own address.\n");
      return;
    }
    if (req.url === "/config.json") {
      secure(res, convexUrl);
      res.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" });
      res.end(JSON.stringify({ convexUrl }));
      return;
    }
    files(req, res);
  });
  await new Promise<void>((done, fail) => server.once("error", fail).listen(port, "127.0.0.1", done));
  return server;
}

/**
 * Where a deployment's HTTP actions are, from which exports are downloaded: one port above, as on the embedded server and in Convex's own
 * image for hosting it oneself, or under `.convex.site`. `CONVEX_SITE_ORIGIN` says another place.
 */
export function siteOf(convexUrl: string, env: NodeJS.ProcessEnv = process.env): string {
  const named = env["CONVEX_SITE_ORIGIN"];
  if (named !== undefined && named !== "") return new URL(named).origin;
  const url = new URL(convexUrl);
  if (url.hostname.endsWith(".convex.cloud")) url.hostname = url.hostname.replace(/\.cloud$/, ".site");
  else if (url.port !== "") url.port = String(Number(url.port) + 1);
  return url.origin;
}

function secure(res: { setHeader(name: string, value: string): unknown }, convexUrl: string): void {
  const socket = convexUrl.replace(/^http/, "ws");
  res.setHeader("Content-Security-Policy", [
    "default-src 'self'",
    `connect-src 'self' ${convexUrl} ${socket} ${siteOf(convexUrl)}`,
    "img-src 'self' data:",
    "style-src 'self' 'unsafe-inline'", // toasts and measured positions bring their own style elements
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; "));
  res.setHeader("X-Content-Type-Options", "nosniff");
  res.setHeader("Referrer-Policy", "no-referrer");
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
