/** Limits per socket (W12, W13). */
export const limits = {
  /** Live queries. */
  queries: 4_096,
  /** Messages not yet looked at, waiting mutations, running actions: each. */
  waiting: 1_000,
  /** Transitions handed to the socket and not yet taken by the network. */
  unsentTransitions: 2,
  /** Answers of calls that the client does not read, in bytes. */
  unreadBytes: 64 * 1024 * 1024,
  /** How long a Transition may wait for a slow reader, ms. */
  slowReaderMs: 30_000,
  /** Application pings after this silence of ours, ms; the client gives up after 60 s. */
  pingAfterMs: 15_000,
  /** A client silent for this long (not even answering WebSocket pings) is gone, ms. */
  silentMs: 120_000,
} as const;
