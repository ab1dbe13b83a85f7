import { ConvexReactClient } from "convex/react";

/**
 * Where the desk's deployment is. The server of this page says so (`/config.json`), so that one build runs on whatever
 * ports `npm start` was given. Where no server says so, a static host or Vite's own, the address the build was made for
 * holds (`VITE_CONVEX_URL`). In this order, because the convex CLI leaves its last deployment's address in `.env.local`,
 * and a build picks that up unasked.
 *
 * @returns an absolute http(s) address
 * @throws Error with a sentence for the screen, when there is no usable address
 */
export async function findDeploymentUrl(): Promise<string> {
  try {
    return readConfig(await fetchConfig());
  } catch (error) {
    const built: unknown = import.meta.env.VITE_CONVEX_URL;
    if (typeof built === "string" && built !== "") return built;
    throw error;
  }
}

async function fetchConfig(): Promise<string> {
  const response = await fetch("/config.json", { cache: "no-store" }).catch(() => null);
  if (response === null) throw new Error("The server of this page does not answer.");
  if (!response.ok) throw new Error(`The server of this page has no /config.json (it answered ${response.status}).`);
  return await response.text();
}

/**
 * Reads the text of `/config.json`: `{ "convexUrl": "http://127.0.0.1:3211" }`.
 *
 * @throws Error with a sentence for the screen, when it is not JSON or names no http(s) address
 */
export function readConfig(text: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error("/config.json is not JSON.");
  }
  const url: unknown =
    typeof parsed === "object" && parsed !== null && "convexUrl" in parsed ? parsed.convexUrl : undefined;
  if (typeof url !== "string" || !/^https?:\/\//.test(url)) {
    throw new Error("/config.json names no address of a deployment (convexUrl).");
  }
  return url;
}

/** The one connection of this page. Leaving with an unsaved mutation asks first, so nothing is lost by closing a tab. */
export function connect(url: string): ConvexReactClient {
  return new ConvexReactClient(url, { unsavedChangesWarning: true });
}
