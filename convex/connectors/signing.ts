// The headers of a signed call, after the Standard Webhooks specification: the receiver checks the signature over id, time and
// body, and treats a repeated id as the same event.

/** The headers for a body under an id, at `at` (ms since 1970); null where the secret is no base64 (with or without "whsec_"). */
export async function signedHeaders(
  secret: string,
  id: string,
  at: number,
  body: string,
): Promise<Record<string, string> | null> {
  const key = secretKey(secret);
  if (key === null) return null;
  const seconds = Math.floor(at / 1_000);
  return {
    "content-type": "application/json",
    "idempotency-key": id,
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": `v1,${await sign(key, `${id}.${seconds}.${body}`)}`,
  };
}

function secretKey(secret: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

async function sign(key: Uint8Array<ArrayBuffer>, content: string): Promise<string> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(content)));
  return btoa(String.fromCharCode(...bytes));
}
