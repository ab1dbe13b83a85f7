/** Limits per socket (W12, W13). */
export const limits = {
  /** Live queries. */
  queries: 4_096,
  /** What live queries may hold in all, arguments and results, bytes. */
  liveBytes: 64 * 1024 * 1024,
  /** Mutations that wait; while there are as many, further messages are left where they are. */
  mutations: 200,
  /** Actions that wait or run. */
  actions: 1_000,
  /** Messages not yet looked at; when there are as many, the client is no longer read. */
  inbox: 100,
  /** Transitions handed to the socket and not yet taken by the network. */
  unsentTransitions: 2,
  /** Messages that the client does not read, in bytes. */
  unreadBytes: 64 * 1024 * 1024,
  /** How long a Transition may wait for a slow reader, ms. */
  slowReaderMs: 30_000,
  /** Application pings after this silence of ours, ms; the client gives up after 60 s. */
  pingAfterMs: 15_000,
  /** A client silent for this long (not even answering WebSocket pings) is gone, ms. */
  silentMs: 120_000,
} as const;
