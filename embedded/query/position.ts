import { createCipheriv, createDecipheriv, createHash, createHmac } from "node:crypto";
import { canonicalText, type Json } from "../values/json.ts";
import { ConvexFailure } from "../values/errors.ts";

/** A place in the results of one query: after the row with this key, or behind all rows. */
export type Position = { after: Buffer } | "end";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What tells one query from another in its cursors: 16 bytes of a hash. */
export function fingerprint(identity: Json): Buffer {
  return createHash("sha256").update(canonicalText(identity)).digest().subarray(0, 16);
}

/**
 * A position as opaque text (SPEC Q13): encrypted with the deployment's secret, so that index keys stay hidden, and the
 * same text for the same position, so that a result that did not change is not sent again.
 */
export function encodePosition(secret: Buffer, query: Buffer, position: Position): string {
  const place = position === "end" ? Buffer.from([0]) : Buffer.concat([Buffer.from([1]), position.after]);
  const plain = Buffer.concat([query, place]);
  const iv = createHmac("sha256", secret).update("cursor").update(plain).digest().subarray(0, IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", secret, iv);
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url");
}

/** The position in a cursor. Throws the InvalidCursor error when it was not made here or belongs to another query. */
export function decodePosition(secret: Buffer, query: Buffer, cursor: string): Position {
  let plain: Buffer;
  try {
    const bytes = Buffer.from(cursor, "base64url");
    const decipher = createDecipheriv("aes-256-gcm", secret, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    plain = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw invalidCursor("it was not issued by this deployment");
  }
  if (!plain.subarray(0, query.length).equals(query)) throw invalidCursor("it belongs to another query");
  const place = plain.subarray(query.length);
  return place[0] === 0 ? "end" : { after: place.subarray(1) };
}

/** The error that makes clients start again at the first page: they look at its data and at the first word. */
function invalidCursor(cause: string): ConvexFailure {
  const message = `InvalidCursor: Tried to run a query starting from a cursor, but ${cause}.`;
  return new ConvexFailure(message, { isConvexSystemError: true, paginationError: "InvalidCursor" });
}
