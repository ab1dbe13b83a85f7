import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { describe, expect, it } from "vitest";
import { UserError } from "../values/errors.ts";
import { parseSchema } from "./schema.ts";

type Table = Record<string, unknown>;

const TEXT = { fieldType: { type: "string" }, optional: false };
const DOCUMENT = { type: "object", value: { author: TEXT, body: TEXT } };

/** A schema text with one table "messages". */
function schemaWith(table: Table, schemaValidation: unknown = true): string {
  return JSON.stringify({
    tables: [{ tableName: "messages", indexes: [], documentType: DOCUMENT, ...table }],
    schemaValidation,
  });
}

function codeOf(text: string): string {
  try {
    parseSchema(text);
  } catch (error) {
    if (error instanceof UserError) return `${error.httpStatus} ${error.code}`;
    throw error;
  }
  return "accepted";
}

const index = (indexDescriptor: string, ...fields: string[]) => ({ indexDescriptor, fields });
const search = (indexDescriptor: string, searchField: string, ...filterFields: string[]) => ({
  indexDescriptor,
  searchField,
  filterFields,
});

describe("the schema of a push", () => {
  it("P8: what the SDK exports is accepted, and database indexes end in _creationTime", () => {
    const schema = defineSchema({
      messages: defineTable({
        author: v.string(),
        body: v.string(),
        tags: v.record(v.string(), v.number()),
        at: v.object({ x: v.number() }),
      })
        .index("by_author", ["author"])
        .index("by_x", ["at.x", "author"])
        .searchIndex("search_body", { searchField: "body", filterFields: ["author"] }),
      points: defineTable({ embedding: v.array(v.float64()) }).vectorIndex("near", {
        vectorField: "embedding",
        dimensions: 3,
      }),
      anything: defineTable(v.any()).index("by_deep", ["a.b.c"]),
      either: defineTable(v.union(v.object({ a: v.string() }), v.object({ b: v.string() }))).index("by_b", ["b"]),
    });
    const text = (schema as unknown as { export(): string }).export();
    const parsed = parseSchema(text);
    expect(parsed.schemaValidation).toBe(true);
    expect(parsed.tables.map(({ tableName }) => tableName)).toEqual(["messages", "points", "anything", "either"]);
    expect(parsed.tables[0]).toMatchObject({
      indexes: [
        { indexDescriptor: "by_author", fields: ["author", "_creationTime"] },
        { indexDescriptor: "by_x", fields: ["at.x", "author", "_creationTime"] },
      ],
      searchIndexes: [{ indexDescriptor: "search_body", searchField: "body", filterFields: ["author"] }],
    });
    expect(parsed.tables[1]?.vectorIndexes).toEqual([
      { indexDescriptor: "near", vectorField: "embedding", dimensions: 3, filterFields: [] },
    ]);
  });

  const tooMany = Array.from({ length: 65 }, (_, i) => index(`by_${i}`, `f${i}`));
  const refused: [why: string, code: string, text: string][] = [
    ["a table name with a dash", "InvalidTableName", schemaWith({ tableName: "a-b" })],
    ["a table name with an underscore first", "TableNameReserved", schemaWith({ tableName: "_messages" })],
    ["an index without fields", "EmptyIndex", schemaWith({ indexes: [index("by_nothing")] })],
    [
      "an index on _creationTime",
      "IndexFieldsContainCreationTime",
      schemaWith({ indexes: [index("by_x", "author", "_creationTime")] }),
    ],
    ["an index on _id", "IndexFieldsContainId", schemaWith({ indexes: [index("by_x", "_id")] })],
    ["an index on a reserved field", "IndexFieldNameReserved", schemaWith({ indexes: [index("by_x", "_other")] })],
    [
      "a field twice in an index",
      "FieldsNotUniqueWithinIndex",
      schemaWith({ indexes: [index("by_x", "author", "author")] }),
    ],
    [
      "two indexes over the same fields",
      "IndexNotUnique",
      schemaWith({ indexes: [index("by_x", "author"), index("by_y", "author")] }),
    ],
    [
      "two indexes of one name",
      "IndexNamesNotUnique",
      schemaWith({ indexes: [index("by_x", "author")], searchIndexes: [search("by_x", "body")] }),
    ],
    ["a reserved index name", "IndexNameReserved", schemaWith({ indexes: [index("by_creation_time", "author")] })],
    ["an index name with a dash", "InvalidIndexName", schemaWith({ indexes: [index("by-author", "author")] })],
    ["65 indexes", "TooManyIndexes", schemaWith({ indexes: tooMany, documentType: { type: "any" } })],
    ["a field no document has", "SchemaDefinitionError", schemaWith({ indexes: [index("by_x", "nobody")] })],
    [
      "a search field twice",
      "SearchIndexFieldNotUnique",
      schemaWith({ searchIndexes: [search("s", "body", "author", "author")] }),
    ],
    [
      "a vector field of texts",
      "SchemaDefinitionError",
      schemaWith({ vectorIndexes: [{ indexDescriptor: "n", vectorField: "body", dimensions: 3, filterFields: [] }] }),
    ],
    ["documents that are texts", "InvalidTopLevelTypeInSchemaError", schemaWith({ documentType: { type: "string" } })],
    [
      "a record with numbers for keys",
      "InvalidRecordType",
      schemaWith({
        documentType: {
          type: "object",
          value: { r: { fieldType: { type: "record", keys: { type: "number" }, values: TEXT }, optional: false } },
        },
      }),
    ],
    [
      "an unknown validator",
      "InvalidSchema",
      schemaWith({ documentType: { type: "object", value: { r: { fieldType: { type: "date" }, optional: false } } } }),
    ],
    ["no tables", "InvalidSchema", JSON.stringify({ schemaValidation: true })],
    ["no JSON", "InvalidSchemaExport", "{"],
  ];
  it.each(refused)("P8: %s is refused with %s", (_why, code, text) => {
    expect(codeOf(text)).toBe(`400 ${code}`);
  });

  it("P8: without schema validation an index may name a field that no validator has", () => {
    expect(codeOf(schemaWith({ indexes: [index("by_x", "nobody")] }, false))).toBe("accepted");
  });
});
