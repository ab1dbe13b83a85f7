import { expect, it } from "vitest";
import { waitingWords, whyWaiting } from "./why-waiting";

const answering = (async () => new Response(null)) as typeof fetch;
const failing = (async () => {
  throw new TypeError("Failed to fetch");
}) as typeof fetch;

it("a deployment that is there but does not connect refuses; one that is not there is silent", async () => {
  expect(await whyWaiting("http://127.0.0.1:4601", answering)).toBe("refused");
  expect(await whyWaiting("http://127.0.0.1:4601", failing)).toBe("silent");
});

it.each(["silent", "refused"] as const)("%s: says where, that nothing is lost, and what to do", (why) => {
  const { message } = waitingWords(why, "http://127.0.0.1:4601", "http://127.0.0.1:4600");
  expect(message).toContain("http://127.0.0.1:4601");
  expect(message).toContain("Nothing is lost");
  expect(message).toContain("npm start");
  if (why === "refused") expect(message).toContain("--allow-origin http://127.0.0.1:4600");
});
