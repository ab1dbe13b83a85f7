/** The thread for functions of the default runtime: every call gets a fresh realm. */
import { randomBytes } from "node:crypto";
import { MAX_HTTP_RESPONSE_BODY } from "../../values/limits.ts";
import { PreparedModules } from "../prepared-modules.ts";
import { createRealm, type Realm, type RealmPort } from "../realm/realm.ts";
import type { ActionTarget, HttpTarget, IsolateCode } from "./protocol.ts";
import { serve, type Ended } from "./serve.ts";
import type { WorkerCall } from "./worker-call.ts";

function refused(what: string): never {
  throw new Error(`Can't use ${what} while a module is imported.`);
}

/** What modules get while they are imported: only their log lines go anywhere. */
function importPort(call: WorkerCall): RealmPort {
  return {
    syscall: (op) => refused(`the operation ${op}`),
    asyncSyscall: (op) => refused(`the operation ${op}`),
    jsSyscall: (op) => refused(`the operation ${op}`),
    log: (level, text) => call.log(level, text),
    fetch: async () => refused("fetch()"),
  };
}

async function run(call: WorkerCall): Promise<Ended> {
  const { target, code } = call.start;
  if (!code || target.kind === "analysis")
    return { failure: { message: "This thread runs functions of the default runtime." } };
  const realm = createRealm({
    mode: "action",
    env: code.env,
    nowMs: code.pushedAtMs,
    seed: randomBytes(32),
    port: importPort(call),
    name: target.kind === "action" ? `${target.module}:${target.name}` : `${target.method} ${target.routePath}`,
  });
  call.describe = (thrown) => realm.describe(thrown).message;
  try {
    const work = target.kind === "action" ? runAction(call, realm, code, target) : runHttp(call, realm, code, target);
    return { value: await Promise.race([work, call.stopped]) };
  } catch (thrown) {
    return { failure: realm.describe(thrown) };
  } finally {
    realm.letGo();
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- the exports are the user's; nothing is known of their type
type Exports = Record<string, any>;

/** Evaluates the module in the realm, then gives the realm to the call. */
function open(call: WorkerCall, realm: Realm, code: IsolateCode, path: string): Exports {
  const modules = new PreparedModules(code.manifest);
  const exports = realm.load(modules, path) as Exports;
  modules.saveCodeCache();
  realm.begin({ nowMs: Date.now(), seed: randomBytes(32), port: call });
  return exports;
}

async function runAction(call: WorkerCall, realm: Realm, code: IsolateCode, target: ActionTarget): Promise<string> {
  const fn = open(call, realm, code, target.module)[target.name];
  if (typeof fn?.invokeAction !== "function") throw new Error(`${target.module}:${target.name} is not an action.`);
  return String(await fn.invokeAction(call.start.requestId, target.args));
}

async function runHttp(call: WorkerCall, realm: Realm, code: IsolateCode, target: HttpTarget): Promise<null> {
  const { default: router } = open(call, realm, code, "http.js");
  if (typeof router?.lookup !== "function") throw new Error("The default export of http.js is not a router.");
  const match = router.lookup(target.routePath, target.method);
  const response = match ? await match[0].invokeHttpAction(requestOf(call, realm, target)) : noRoute();
  if (!(response instanceof Response)) throw new Error("An HTTP action must return a Response.");
  const failure = await call.respond(response, MAX_HTTP_RESPONSE_BODY);
  if (failure) throw failure.thrown;
  return null;
}

function requestOf(call: WorkerCall, realm: Realm, { url, method, headers, hasBody }: HttpTarget): Request {
  const init: RequestInit & { duplex: "half" } = { method, headers, signal: call.clientGone, duplex: "half" };
  if (hasBody && method !== "GET" && method !== "HEAD") init.body = call.requestBody();
  return realm.adoptRequest(new Request(url, init));
}

function noRoute(): Response {
  return new Response("No matching routes found", { status: 404 });
}

serve(run, (thrown) => (thrown instanceof Error ? String(thrown.stack) : String(thrown)));
