/** The shapes of documents, inferred from the newest ones of a table, for tools that show what is in it (P23). */
import { decodeId } from "../values/ids.ts";
import type { Json, JsonObject } from "../values/json.ts";

/** What all values seen at one place have in common. */
export type Shape =
  | { type: "Never" | "Null" | "Boolean" | "Int64" | "Float64" | "String" | "Bytes" | "Unknown" }
  | { type: "Id"; tableName: string }
  | { type: "Array"; shape: Shape }
  | { type: "Object"; fields: { fieldName: string; optional: boolean; shape: Shape }[] }
  | { type: "Union"; shapes: Shape[] };

/** More kinds of value at one place than this are not told apart. */
const MAX_UNION = 16;
const MAX_FIELDS = 64;

/** The shape of all `values`. `nameOf` resolves the table number of an id. */
export function shapeOf(values: readonly Json[], nameOf: (tableNumber: number) => string | undefined): Shape {
  const byKind = Map.groupBy(values, (value) => kindOf(value, nameOf));
  const shapes = [...byKind].map(([kind, group]): Shape => {
    if (kind === "Array") return { type: "Array", shape: shapeOf((group as Json[][]).flat(), nameOf) };
    if (kind === "Object") return objectShape(group as JsonObject[], nameOf);
    return kind.startsWith("Id:") ? { type: "Id", tableName: kind.slice(3) } : ({ type: kind } as Shape);
  });
  if (shapes.length > MAX_UNION) return { type: "Unknown" };
  const [first = { type: "Never" as const }] = shapes;
  return shapes.length > 1 ? { type: "Union", shapes } : first;
}

function objectShape(objects: readonly JsonObject[], nameOf: (tableNumber: number) => string | undefined): Shape {
  const names = new Set(objects.flatMap((object) => Object.keys(object)));
  if (names.size > MAX_FIELDS) return { type: "Unknown" };
  const fields = [...names].sort().map((fieldName) => {
    const values = objects.filter((object) => Object.hasOwn(object, fieldName)).map((object) => object[fieldName]!);
    return { fieldName, optional: values.length < objects.length, shape: shapeOf(values, nameOf) };
  });
  return { type: "Object", fields };
}

function kindOf(value: Json, nameOf: (tableNumber: number) => string | undefined): string {
  if (value === null) return "Null";
  if (Array.isArray(value)) return "Array";
  if (typeof value === "boolean") return "Boolean";
  if (typeof value === "number") return "Float64";
  if (typeof value === "object") {
    if ("$integer" in value) return "Int64";
    if ("$bytes" in value) return "Bytes";
    return "$float" in value ? "Float64" : "Object";
  }
  const table = nameOf(decodeId(value)?.tableNumber ?? -1);
  return table === undefined ? "String" : `Id:${table}`;
}
