import { httpRouter } from "convex/server";
import { auth } from "./auth";
import { httpAction } from "./functions";
import { exportPreflight, exportResponse } from "./model/exportDownload";
import { EXPORT_PATH } from "./shared/history/exporting";

const http = httpRouter();
auth.addHttpRoutes(http);
// Managers and admins, by the token in the Authorization header.
http.route({ path: EXPORT_PATH, method: "GET", handler: httpAction(exportResponse) });
http.route({ path: EXPORT_PATH, method: "OPTIONS", handler: httpAction(() => Promise.resolve(exportPreflight())) });
export default http;
