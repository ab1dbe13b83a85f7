import { httpRouter } from "convex/server";
import { auth } from "./auth";
import { httpAction } from "./functions";
import { attachmentResponse, takeAttachment } from "./model/attachmentTransfer";
import { preflight } from "./model/crossOrigin";
import { exportResponse } from "./model/exportDownload";
import { ATTACHMENT_PATH } from "./shared/attachments/attachments";
import { EXPORT_PATH } from "./shared/history/exporting";

const http = httpRouter();
auth.addHttpRoutes(http);
// By the token in the Authorization header: managers and admins; requesters, and whoever may see the request.
http.route({ path: EXPORT_PATH, method: "GET", handler: httpAction(exportResponse) });
http.route({ path: ATTACHMENT_PATH, method: "POST", handler: httpAction(takeAttachment) });
http.route({ path: ATTACHMENT_PATH, method: "GET", handler: httpAction(attachmentResponse) });
for (const [path, methods] of [[EXPORT_PATH, "GET"], [ATTACHMENT_PATH, "GET, POST"]] as const) {
  http.route({ path, method: "OPTIONS", handler: httpAction(() => Promise.resolve(preflight(methods))) });
}
export default http;
