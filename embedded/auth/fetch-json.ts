/** Fetches a JSON document of an identity provider: its discovery document or its keys. Rejects when there is none. */
export type FetchJson = (url: string) => Promise<unknown>;

const TIMEOUT_MS = 10_000;
/** Far above any key set; what is longer is not read. */
const MAX_LENGTH = 1024 * 1024;

/** `FetchJson` over the network: the answer must be a success with a JSON content type and at most 1 MiB long. */
export async function fetchJsonOverHttp(url: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const refuse = async (why: string): Promise<never> => {
    await response.body?.cancel();
    throw new Error(`GET ${url} ${why}`);
  };
  if (!response.ok) return refuse(`answered ${response.status}`);
  const type = response.headers.get("content-type") ?? "";
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type)) return refuse(`answered with content type "${type}", not JSON`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_LENGTH) throw new Error(`GET ${url} answered with more than ${MAX_LENGTH} bytes`);
    chunks.push(chunk);
  }
  return parseJson(Buffer.concat(chunks).toString("utf8"), `GET ${url}`);
}

/** The JSON inside a `data:` URL, base64 or percent-encoded. Throws for anything else. */
export function jsonOfDataUrl(url: string): unknown {
  const [, head, body] = /^data:([^,]*),(.*)$/s.exec(url) ?? [];
  if (head === undefined || body === undefined) throw new Error("The data URL has no comma.");
  const text = /;base64$/i.test(head) ? Buffer.from(body, "base64").toString("utf8") : decodeURIComponent(body);
  return parseJson(text, "The data URL");
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${what} holds no valid JSON`);
  }
}
