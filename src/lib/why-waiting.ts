/** Why a deployment has not answered yet: nothing is there, or it is there and does not take this page's connection. */
export type Waiting = "silent" | "refused";

/**
 * Finds out why the deployment at `url` (absolute, http or https) has not answered. An opaque answer to a plain request is enough
 * to know that it is there: what it refuses is another origin's WebSocket.
 */
export async function whyWaiting(url: string, ask: typeof fetch = fetch): Promise<Waiting> {
  try {
    await ask(new URL("/version", url), { mode: "no-cors", cache: "no-store" });
    return "refused";
  } catch {
    return "silent";
  }
}

/** The same in words for the person who waits. `origin`: this page's. */
export function waitingWords(why: Waiting, url: string, origin: string): { title: string; message: string } {
  const goesOn = "Nothing is lost, and this page goes on by itself.";
  switch (why) {
    case "silent":
      return {
        title: "The desk does not answer",
        message: `Nothing answers at ${url}. Start the desk with “npm start”, or see whether the network lets you through. ${goesOn}`,
      };
    case "refused":
      return {
        title: "The desk does not take this page's connection",
        message: `It runs at ${url}, but it may not know this page's address, ${origin}. Open the address that “npm start” printed; where the deployment is started by itself, allow this one with --allow-origin ${origin}. ${goesOn}`,
      };
    default:
      return why satisfies never;
  }
}
