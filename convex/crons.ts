import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();
// On an idle desk it reads a few rows.
crons.interval("checkpoint of the history", { minutes: 1 }, internal.checkpoints.catchUp, {});
crons.interval("files that no request took", { hours: 1 }, internal.attachments.dropOld, {});
export default crons;
