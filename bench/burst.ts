/** Many calls at once: how many per second, and how long each took under that load. */
export interface Burst {
  perSecond: number;
  answerMs: number[];
}

/**
 * Makes `total` calls over as many connections as are given, one under way on each until none is left.
 * @param call makes the call with this number on this connection; settles when it is answered
 */
export async function burst<C>(connections: C[], total: number, call: (connection: C, index: number) => Promise<void>): Promise<Burst> {
  const answerMs: number[] = [];
  let next = 0;
  const from = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (next < total) {
        const sent = performance.now();
        await call(connection, next++);
        answerMs.push(performance.now() - sent);
      }
    }),
  );
  return { perSecond: (total / (performance.now() - from)) * 1000, answerMs };
}
