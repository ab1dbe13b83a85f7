import { expect, it } from "vitest";
import { BodySink, BodySource, type BodyPart } from "./body.ts";

/** Connects a source and a sink the way two threads do, counting the requests. */
function pipe(
  stream: ReadableStream<unknown>,
  maxBytes = 1e9,
): { out: ReadableStream<Uint8Array>; asked: () => number } {
  const source = new BodySource(stream, maxBytes);
  let asked = 0;
  const sink: BodySink = new BodySink(
    () => {
      asked += 1;
      void source.next().then((part: BodyPart) => sink.take(part));
    },
    () => void source.cancel("the reader left"),
  );
  return { out: sink.stream, asked: () => asked };
}

it("A9: a body arrives whole, in order and in bounded pieces", async () => {
  const big = new Uint8Array(1_000_000).map((_, i) => i % 251);
  const { out } = pipe(new Blob([big, "end"]).stream());
  const got = new Uint8Array(await new Response(out).arrayBuffer());
  expect(got.length).toBe(1_000_003);
  expect(got.subarray(0, 1_000_000)).toEqual(big);
  expect(new TextDecoder().decode(got.subarray(1_000_000))).toBe("end");
});

it("A9: the producer is asked only when the reader asks", async () => {
  let produced = 0;
  const stream = new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array([++produced])) }, { highWaterMark: 0 });
  const { out, asked } = pipe(stream);
  const reader = out.getReader();
  expect((await reader.read()).value).toEqual(new Uint8Array([1]));
  expect((await reader.read()).value).toEqual(new Uint8Array([2]));
  await new Promise((resolve) => setImmediate(resolve));
  expect([produced, asked()]).toEqual([2, 2]);
});

it("A9: a body over the limit ends in an error and the producer is cancelled", async () => {
  let cancelled: unknown;
  const stream = new ReadableStream({
    pull: (c) => c.enqueue(new Uint8Array(10)),
    cancel: (reason) => {
      cancelled = reason;
    },
  });
  const { out } = pipe(stream, 25);
  await expect(new Response(out).arrayBuffer()).rejects.toThrow("larger than 25 bytes");
  expect(String(cancelled)).toContain("larger than 25 bytes");
});

it("A9: an error of the producer reaches the reader, a reader that leaves reaches the producer", async () => {
  const failing = pipe(new ReadableStream({ pull: (c) => c.error(new Error("source broke")) }));
  await expect(failing.out.getReader().read()).rejects.toThrow("source broke");
  const text = pipe(new ReadableStream({ pull: (c) => c.enqueue("not bytes") }));
  await expect(text.out.getReader().read()).rejects.toThrow("must yield Uint8Array");

  let left = "";
  const endless = pipe(
    new ReadableStream({
      pull: (c) => c.enqueue(new Uint8Array(1)),
      cancel: (reason: Error) => {
        left = reason.message;
      },
    }),
  );
  const reader = endless.out.getReader();
  await reader.read();
  await reader.cancel();
  expect(left).toBe("the reader left");
});
