import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();
// On an idle desk it reads a few rows.
crons.interval("checkpoint of the history", { minutes: 1 }, internal.checkpoints.catchUp, {});
export default crons;
