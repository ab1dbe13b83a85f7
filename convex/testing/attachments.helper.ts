// How tests send files of requests: by the route, as a person.

import type { Id } from "../_generated/dataModel";
import { ATTACHMENT_PATH, type Attachment } from "../shared/attachments/attachments";
import type { Desk } from "./desk.helper";

type Fetcher = Pick<Desk, "fetch">;

/** What the route answers to a file. */
export async function send(as: Fetcher, name: string, body: BodyInit): Promise<Response> {
  return await as.fetch(`${ATTACHMENT_PATH}?name=${encodeURIComponent(name)}`, { method: "POST", body });
}

/** Sends a file; answers its id. */
export async function sent(as: Fetcher, name: string, body: BodyInit): Promise<Id<"attachments">> {
  const response = await send(as, name, body);
  if (response.status !== 201) throw new Error(`The file was not taken: ${response.status} ${await response.text()}`);
  return ((await response.json()) as Attachment).attachmentId;
}

/** What the route answers to whoever asks for a file. */
export async function asked(as: Fetcher, attachmentId: string): Promise<Response> {
  return await as.fetch(`${ATTACHMENT_PATH}?id=${encodeURIComponent(attachmentId)}`);
}
