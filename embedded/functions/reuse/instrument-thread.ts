/** The thread that analyses sources, so that a large module keeps nobody waiting. One message in, one out, in order. */
import { parentPort } from "node:worker_threads";
import { instrument } from "./instrument.ts";

parentPort!.on("message", (commonJs: string) => parentPort!.postMessage(instrument(commonJs)));
