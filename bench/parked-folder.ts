import { keptFolder, withServer } from "./apps.ts";
import { documentsOf, withStore, writeCopies } from "./copies.ts";
import { isPlainObject, type JsonObject } from "../embedded/values/json.ts";
import { call } from "./server.ts";

/** Documents of one workflow, in the order in which they are written; in a component's namespace or the app's. */
const PARTS = [
  { component: "workflow", table: "workflows" },
  { component: "workflow", table: "steps" },
  { component: "workflow", table: "events" },
  { component: "", table: "runs" },
] as const;

/**
 * A kept folder of the flow app with workflows 0 up to `count` parked. Parking 100,000 would take the component an hour, so it
 * parks one, and what that one consists of is copied. An event resumes each copy.
 */
export function parkedFolder(count: number, say: (text: string) => void): Promise<string> {
  return keptFolder("flow", `parked-${count}`, async (dir) => {
    if (count === 0) return;
    say(`parking ${count.toLocaleString("en")} workflows`);
    await withServer(dir, ({ url }) => call(url, "mutation", "flow:park", { from: 0, count: 1 }));
    withStore(dir, (store) => {
      const parts = PARTS.map((part) => ({ ...part, documents: documentsOf(store, part) }));
      const many = parts.find(({ documents }) => documents.length !== 1);
      if (many !== undefined) throw new Error(`One parked workflow has not one document in "${many.table}".`);
      writeCopies(store, parts, count, numbered);
    });
  });
}

/** The number of the workflow, where its documents hold it. */
function numbered(fields: JsonObject, n: number): JsonObject {
  const own = "n" in fields ? { ...fields, n } : fields;
  const args = own["args"];
  return args !== undefined && isPlainObject(args) && "n" in args ? { ...own, args: { ...args, n } } : own;
}
