/**
 * A promise of a realm that rejects without anybody listening must not end the process. The realm is known by the
 * promise's prototype; rejections of the server's own promises go the usual way.
 */
const owners = new WeakMap<object, (reason: unknown) => void>();
let isInstalled = false;

/** Sends the unhandled rejections of promises with this prototype to `report`. */
export function ownRejections(promisePrototype: object, report: (reason: unknown) => void): void {
  owners.set(promisePrototype, report);
  if (isInstalled) return;
  isInstalled = true;
  process.on("unhandledRejection", (reason, promise) => {
    const owner = owners.get(Object.getPrototypeOf(promise) as object);
    if (!owner) throw reason;
    owner(reason);
  });
}
