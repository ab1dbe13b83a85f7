/** What an action may ask of the server (F14): each operation is a transaction or a call of its own. */
import { ConvexFailure, UserError } from "../values/errors.ts";
import { isPlainObject, type Json, type JsonObject } from "../values/json.ts";
import type { ActionSyscalls } from "./action-port.ts";
import { notSupported } from "./call-values.ts";
import type { Caller, FunctionCall, Result } from "./call-types.ts";
import { addressOf, type Code, type FunctionInfo, type Instance, resolve } from "./code.ts";
import { ACTION_FILE_OPERATIONS } from "./file-syscalls.ts";
import type { Runner } from "./runner.ts";
import {
  deploymentMetadata,
  functionHandle,
  functionMetadata,
  requestMetadata,
  schedule,
} from "./syscalls.ts";
import { searchVectors } from "./vector-search.ts";

export interface ActionScopeSpec {
  code: Code;
  instance: Instance;
  /** Null for an HTTP action. */
  fn: FunctionInfo | null;
  caller: Caller;
}

type Handler = (s: CallSyscalls, args: JsonObject) => Json | Promise<Json>;

/** The syscalls of one running action. */
export class CallSyscalls implements ActionSyscalls {
  readonly runner: Runner;
  readonly spec: ActionScopeSpec;
  #isClosed = false;

  constructor(runner: Runner, spec: ActionScopeSpec) {
    this.runner = runner;
    this.spec = spec;
  }

  async perform(op: string, args: Json): Promise<Json> {
    if (this.#isClosed) throw new UserError("ActionEnded", `${op} was asked for after the action had ended.`);
    const handler = HANDLERS.get(op);
    if (!handler) throw new UserError("UnknownOperation", `Unknown async operation ${op}`);
    if (!isPlainObject(args)) throw new UserError("InvalidArgument", "The argument of an operation must be an object.");
    return handler(this, args);
  }

  close(): void {
    this.#isClosed = true;
  }

  /**
   * Who and where, by the code of now: an action may outlive a push, and its callees are those of the new code. Throws
   * UserError when its component is gone.
   */
  scope(): { code: Code; instance: Instance; caller: Caller; handles: Runner["handles"] } {
    const { code, handles } = this.runner;
    const instance = code.byPath.get(this.spec.instance.path);
    if (!instance)
      throw new UserError("ComponentGone", `The component "${this.spec.instance.path}" is not mounted any more.`);
    return { code, instance, caller: this.spec.caller, handles };
  }

  /** A call of another function: from component to component the identity is dropped. */
  target(args: JsonObject): FunctionCall {
    const { code, instance: from, handles } = this.scope();
    const { instance, fn } = resolve(code, from, addressOf(args), handles);
    const { caller } = this.spec;
    const { identity, invalidToken, authToken, ...rest } = caller;
    const isSame = instance.path === from.path;
    return {
      componentPath: instance.path,
      path: fn.path,
      args: args.args ?? {},
      caller: {
        ...rest,
        identity: isSame ? identity : null,
        kind: "action",
        ...(isSame && invalidToken !== undefined ? { invalidToken } : {}),
        ...(isSame && authToken !== undefined ? { authToken } : {}),
      },
      includeInternal: true,
    };
  }
}

const HANDLERS = new Map<string, Handler>([
  ["1.0/actions/query", async (s, args) => valueOf((await s.runner.query(s.target(args))).result)],
  ["1.0/actions/mutation", async (s, args) => valueOf((await s.runner.mutation(s.target(args))).result)],
  ["1.0/actions/action", async (s, args) => valueOf((await s.runner.action(s.target(args))).result)],
  ["1.0/actions/schedule", async (s, args) => (await s.runner.transact((txn) => schedule(s.scope(), txn, args))).value],
  [
    "1.0/actions/cancel_job",
    async (s, args) => {
      await s.runner.transact((txn) => txn.cancelJob(s.scope().instance.ns, String(args.id)));
      return null;
    },
  ],
  ["1.0/actions/vectorSearch", (s, { query = null }) => searchVectors(s.runner, s.scope().instance.ns, query)],
  [
    "1.0/getUserIdentity",
    ({ spec: { caller } }) => {
      if (caller.invalidToken !== undefined) throw new UserError("Unauthenticated", caller.invalidToken);
      return caller.identity;
    },
  ],
  ["1.0/createFunctionHandle", (s, args) => functionHandle(s.scope(), args)],
  [
    "1.0/getFunctionMetadata",
    ({ spec: { instance, fn } }) =>
      fn ? functionMetadata(instance, fn) : { name: "http", componentPath: instance.path },
  ],
  ["1.0/getDeploymentMetadata", (s) => deploymentMetadata(s.runner.deploymentName)],
  ["1.0/getRequestMetadata", ({ spec: { caller } }) => requestMetadata(caller, caller.identity !== null)],
  ...ACTION_FILE_OPERATIONS,
  ["1.0/createServiceToken", () => refuse("service tokens")],
  ["1.0/getServiceUrl", () => refuse("service addresses")],
]);

function refuse(what: string): never {
  throw notSupported(what);
}

/** The value of a call, or its error thrown with the whole text and the data. */
function valueOf(result: Result): Json {
  if (result.ok) return result.value;
  throw new ConvexFailure(result.error.message, result.error.data);
}
