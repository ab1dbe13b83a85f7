// When something happens to a review by itself.

import type { Doc } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import type { Review, Task } from "../shared/review/state";
import type { Calendar } from "../shared/time/calendar";
import { nextLook, planSchedule } from "../shared/time/schedule";
import { taskRowOf } from "./tasks";
import { NO_TIMER, planSweep, type Timer } from "./timers";

/** When something happens by itself next; the sweep of that second is planned. */
export async function timerOf(
  ctx: MutationCtx,
  review: Doc<"reviews">,
  state: Review,
  calendar: Calendar,
): Promise<Timer> {
  if (state.kind !== "open") return NO_TIMER;
  const row = await taskRowOf(ctx, review._id, state.task.number);
  const at = nextLook(momentsOf(state.task, calendar), row.done);
  if (at === null) throw new Error(`Task ${row._id} is open after its deadline.`);
  await planSweep(ctx, at);
  return { kind: "due", at };
}

/** Every moment of an open task: reminders, steps of the ladder, the deadline. */
export function momentsOf({ openedAt, dueAt, stage }: Task, calendar: Calendar) {
  const { reminders, ladder } = stage;
  return planSchedule({ openedAt, dueAt, reminders, ladder, calendar });
}
