/** What kind of object something is, for sealing realms: by internal slots, which no program can fake. */
import {
  isAnyArrayBuffer,
  isArrayBufferView,
  isDate,
  isGeneratorObject,
  isMap,
  isPromise,
  isProxy,
  isRegExp,
  isSet,
  isWeakMap,
  isWeakSet,
} from "node:util/types";

/**
 * `plain`: freezing it stops all change. `map`, `set`, `weak`, `date`, `pattern` (a RegExp), `bytes` (buffers and views),
 * `proxy`: kinds with state that freezing does not reach. `stateless`: an object of the host without state. Everything
 * else names what it is; its state cannot be kept.
 */
export type ObjectKind =
  | "plain"
  | "map"
  | "set"
  | "weak"
  | "date"
  | "pattern"
  | "bytes"
  | "proxy"
  | "stateless"
  | "promise"
  | "generator"
  | "host object";

/** `shared` are the host's classes and prototypes (`sharedObjects`). */
export function kindOf(value: object, shared: WeakSet<object>): ObjectKind {
  if (isProxy(value)) return "proxy";
  if (typeof value === "function") return "plain";
  if (isMap(value)) return "map";
  if (isSet(value)) return "set";
  if (isWeakMap(value) || isWeakSet(value)) return "weak";
  if (isDate(value)) return "date";
  if (isRegExp(value)) return "pattern";
  if (isArrayBufferView(value) || isAnyArrayBuffer(value)) return "bytes";
  if (isPromise(value)) return "promise";
  if (isGeneratorObject(value)) return "generator";
  return kindByPrototype(value, shared);
}

function kindByPrototype(value: object, shared: WeakSet<object>): ObjectKind {
  for (let at = Object.getPrototypeOf(value) as object | null; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (!shared.has(at)) continue;
    if (at === TextEncoder.prototype) return "stateless";
    // The prototype of a class that extends one of the host's; instances have no constructor of their own.
    return Object.hasOwn(value, "constructor") ? "plain" : "host object";
  }
  return "plain";
}

/** A view of all bytes of a buffer or view. */
export function bytesOf(value: ArrayBufferView | ArrayBufferLike): Uint8Array {
  if (!ArrayBuffer.isView(value)) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** The given classes and objects with everything that hangs on them: prototypes, static properties, accessors. */
export function sharedObjects(roots: unknown[]): WeakSet<object> {
  const found = new WeakSet<object>();
  const stack = [...roots];
  while (stack.length > 0) {
    const value = stack.pop();
    if ((typeof value !== "object" || value === null) && typeof value !== "function") continue;
    if (found.has(value)) continue;
    found.add(value);
    stack.push(Object.getPrototypeOf(value));
    for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(value))) {
      stack.push(descriptor.value, descriptor.get, descriptor.set);
    }
  }
  return found;
}
