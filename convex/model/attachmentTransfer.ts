// Files on their way to the desk and from it: POST ATTACHMENT_PATH?name=… and GET ATTACHMENT_PATH?id=…, both with the person's token
// in the Authorization header. Rules A1, A4 and A5 in shared/attachments/README.md.

import { internal } from "../_generated/api";
import type { ActionCtx } from "../_generated/server";
import { ATTACHMENT_BYTES_MAX, type Attachment, attachmentName } from "../shared/attachments/attachments";
import { sha256OfBytes } from "../shared/digest";
import { deskError } from "../shared/errors";
import { readable, refused } from "./crossOrigin";

/**
 * Keeps a file that is to be attached: 201 with its `vAttachment`. Errors are `{ code, message }` with the status: 401 not signed in,
 * 403 no requester, 429 too many, 409 empty or too large. One that is refused leaves nothing behind.
 */
export async function takeAttachment(ctx: ActionCtx, request: Request): Promise<Response> {
  try {
    await ctx.runMutation(internal.attachments.countFile, {});
    const blob = await fileIn(request);
    if (blob.size === 0) throw deskError("attachmentEmpty");
    const name = attachmentName(new URL(request.url).searchParams.get("name") ?? "");
    const digest = await sha256OfBytes(await blob.arrayBuffer());
    const storageId = await ctx.storage.store(blob);
    try {
      const file = { name, size: blob.size, digest };
      const attachmentId = await ctx.runMutation(internal.attachments.add, { ...file, storageId });
      const kept: Attachment = { attachmentId, ...file };
      return Response.json(kept, { status: 201, headers: readable({}) });
    } catch (error) {
      await ctx.storage.delete(storageId);
      throw error;
    }
  } catch (error) {
    return refused(error);
  }
}

/**
 * The body of a request. Throws `attachmentTooLarge`: at its end where it is not much too long, since most clients listen to no
 * answer before they have sent all; one that is twice as long is read no further.
 */
async function fileIn(request: Request): Promise<Blob> {
  const reader = request.body?.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size <= ATTACHMENT_BYTES_MAX) parts.push(part.value as Uint8Array<ArrayBuffer>);
    else parts.length = 0;
    if (size <= 2 * ATTACHMENT_BYTES_MAX) continue;
    await reader?.cancel();
    break;
  }
  if (size > ATTACHMENT_BYTES_MAX) throw deskError("attachmentTooLarge");
  return new Blob(parts, { type: DOWNLOAD });
}

/** The file with an id, for whoever may see its request. Errors as above; 404 for any other. */
export async function attachmentResponse(ctx: ActionCtx, request: Request): Promise<Response> {
  try {
    const attachmentId = new URL(request.url).searchParams.get("id") ?? "";
    const found: Found = await ctx.runQuery(internal.attachments.readable, { attachmentId });
    const blob = found === null ? null : await ctx.storage.get(found.storageId);
    if (found === null || blob === null) throw deskError("notFound");
    const headers = readable({
      "content-type": DOWNLOAD,
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(found.name).replace(/['()*]/g, percent)}`,
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
    });
    return new Response(blob, { headers });
  } catch (error) {
    return refused(error);
  }
}

type Found = typeof internal.attachments.readable._returnType;

/** Whatever a file is, it is bytes to whoever gets it. */
const DOWNLOAD = "application/octet-stream";

/** RFC 8187: what `encodeURIComponent` leaves and an extended parameter does not take. */
function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
