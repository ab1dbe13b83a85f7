/**
 * What is wrong with something a person wants to save: `field` is a path such as "workingHours.monday[1].to", `reason`
 * one sentence for the screen.
 */
export type Problem = { field: string; reason: string };
