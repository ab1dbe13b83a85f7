import { expect, it } from "vitest";
import { TaskQueue } from "./task-queue.ts";

const queueOf = (tasks: { name: string; isBackground: boolean }[]) => {
  const queue = new TaskQueue<{ name: string; isBackground: boolean }>();
  for (const task of tasks) queue.push(task);
  return Array.from({ length: queue.length }, () => queue.shift()!.name);
};

it("F35: people come before scheduled functions, each kind in its order", () => {
  const order = queueOf([
    { name: "job 1", isBackground: true },
    { name: "job 2", isBackground: true },
    { name: "person 1", isBackground: false },
    { name: "person 2", isBackground: false },
  ]);
  expect(order).toEqual(["person 1", "person 2", "job 1", "job 2"]);
});

it("F33: what had to wait for one before it comes before all others of its kind", () => {
  const queue = new TaskQueue<{ name: string; isBackground: boolean }>();
  for (const name of ["a", "b"]) queue.push({ name, isBackground: false });
  queue.putFirst(["x", "y"].map((name) => ({ name, isBackground: false })));
  queue.putFirst([{ name: "job", isBackground: true }]);
  expect(Array.from({ length: 5 }, () => queue.shift()!.name)).toEqual(["x", "y", "a", "b", "job"]);
});

it("F35: a crowd of people never shuts scheduled functions out: every twelfth turn is theirs", () => {
  const people = Array.from({ length: 30 }, (_, i) => ({ name: `person ${i + 1}`, isBackground: false }));
  const order = queueOf([{ name: "job 1", isBackground: true }, { name: "job 2", isBackground: true }, ...people]);
  expect([order.indexOf("job 1"), order.indexOf("job 2")]).toEqual([11, 23]);
});
