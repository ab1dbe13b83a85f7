import { type Attachment, vAttachment } from "@convex/shared/attachments/attachments";
import { validate } from "convex-helpers/validators";
import { refusalText, Said } from "@/lib/said";

const BROKEN =
  "The connection broke off, or the file was moved, so it was not attached. What you typed and other files are kept. Retry.";

/** The largest file over a slow line takes this long; one that stalls makes room for those behind it. */
const LIMIT_MS = 300_000;

/**
 * What the desk's answer to a sent file says: the file as it is kept there.
 *
 * @throws Said why the desk refused it
 */
export function readAnswer(status: number, body: string): Attachment {
  if (status !== 201) throw new Said(refusalText(status, body));
  try {
    const kept: unknown = JSON.parse(body);
    if (validate(vAttachment, kept)) return kept;
  } catch {
    // Not from the desk itself.
  }
  throw new Said("The desk's answer could not be read, so the file was not attached. Other files are kept. Retry.");
}

/**
 * Sends a file to the desk under a name. `onPart` is told how much has gone, 0 to 1: `fetch` does not say, so this is an
 * XMLHttpRequest.
 *
 * @throws Said what went wrong; also when the signal ended it
 */
export function sendFile(props: {
  address: string;
  token: string | null;
  file: File;
  name: string;
  onPart: (part: number) => void;
  signal: AbortSignal;
}): Promise<Attachment> {
  return new Promise((done, fail) => {
    const broken = () => fail(new Said(BROKEN));
    if (props.signal.aborted) return broken();
    const request = new XMLHttpRequest();
    request.open("POST", `${props.address}?name=${encodeURIComponent(props.name)}`);
    request.setRequestHeader("authorization", `Bearer ${props.token ?? ""}`);
    request.upload.addEventListener("progress", ({ loaded, total }) => props.onPart(total === 0 ? 0 : loaded / total));
    request.addEventListener("load", () => {
      try {
        done(readAnswer(request.status, request.responseText));
      } catch (error) {
        fail(error);
      }
    });
    request.timeout = LIMIT_MS;
    request.addEventListener("timeout", broken);
    request.addEventListener("error", broken);
    request.addEventListener("abort", broken);
    props.signal.addEventListener("abort", () => request.abort());
    request.send(props.file);
  });
}
