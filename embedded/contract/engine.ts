import type { FunctionReference } from "convex/server";

/** What the contract's cases may do, the same on every engine. Results and errors are what a client gets. */

export type Args = Record<string, unknown>;

export interface Caller {
  query(fn: FunctionReference<"query">, args?: Args): Promise<any>; // oxlint-disable-line typescript/no-explicit-any -- cases look into it
  mutation(fn: FunctionReference<"mutation">, args?: Args): Promise<any>; // oxlint-disable-line typescript/no-explicit-any -- see above
  action(fn: FunctionReference<"action">, args?: Args): Promise<any>; // oxlint-disable-line typescript/no-explicit-any -- see above
}

export interface Engine extends Caller {
  /** Calls as a signed-in person. */
  withIdentity(identity: { subject: string; issuer: string; name?: string }): Caller;
  /** A request to the HTTP actions. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  end(): Promise<void>;
}

/** One statement that Convex functions may rely on. */
export interface Case {
  /** Of SPEC.md. */
  rule: string;
  name: string;
  /** Rejects when the statement does not hold. The tables are empty at the beginning. */
  run(engine: Engine): Promise<void>;
  /** Where convex-test is not like Convex: why, and what it does instead, as the failure of this case shows it. */
  convexTest?: { because: string; fails: RegExp };
}
