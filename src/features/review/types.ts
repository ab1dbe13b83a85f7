import type { api } from "@convex/_generated/api";
import type { FunctionReturnType } from "convex/server";

/** Everything the page of one request shows. */
export type RequestPage = NonNullable<FunctionReturnType<typeof api.requests.get>>;
export type Draft = NonNullable<RequestPage["draft"]>;
export type Task = NonNullable<RequestPage["task"]>;
export type Execution = RequestPage["executions"][number];
export type Stage = RequestPage["stages"][number];

/** The draft that somebody had before their eyes, in a task: what every decision names. */
export type Seen = Pick<Task, "taskId" | "revision" | "digest">;
