/**
 * The schema of a component: evaluated in a realm of its own, checked, and given the form that is stored and answered
 * (database indexes end in `_creationTime`).
 */
import type { SchemaJson, TableSchemaJson } from "../storage/schema-json.ts";
import { UserError } from "../values/errors.ts";
import {
  MAX_FILTER_FIELDS,
  MAX_INDEX_FIELDS,
  MAX_INDEXES_PER_TABLE,
  MAX_VECTOR_DIMENSIONS,
  MIN_VECTOR_DIMENSIONS,
} from "../values/limits.ts";
import { isIdentifier } from "../values/names.ts";
import { parseValidator, type ValidatorJson } from "../values/validators.ts";
import { pushError } from "./errors.ts";
import { canContain, hasBadRecord, validatorsAt } from "./validator-shapes.ts";

type Raw = Record<string, unknown>;

/** A table with every list present. */
type TableSchema = Required<TableSchemaJson>;

/**
 * The schema that `export()` of a schema module gave as text. Throws a 400 with the code of the first broken rule (P8).
 */
export function parseSchema(text: string): SchemaJson {
  let exported: unknown;
  try {
    exported = JSON.parse(text);
  } catch {
    throw pushError("InvalidSchemaExport", schemaMessage("the exported schema is not JSON."));
  }
  const root = record(exported, "the schema");
  const tables = array(root.tables, "tables").map((table) => parseTable(record(table, "a table"), root));
  const names = new Set<string>();
  for (const { tableName } of tables) {
    if (names.has(tableName)) fail("InvalidSchema", `Table "${tableName}" is defined twice.`);
    names.add(tableName);
  }
  if (typeof root.schemaValidation !== "boolean") fail("InvalidSchema", "schemaValidation must be a boolean.");
  return { tables, schemaValidation: root.schemaValidation as boolean };
}

function parseTable(raw: Raw, schema: Raw): TableSchema {
  const tableName = raw.tableName;
  if (typeof tableName !== "string") return fail("InvalidSchema", "A table has no name.");
  if (tableName.startsWith("_")) {
    fail("TableNameReserved", `Table name "${tableName}" starts with an underscore, which is reserved for the system.`);
  }
  if (!isIdentifier(tableName)) fail("InvalidTableName", `"${tableName}" is not a valid table name.`);
  const documentType = parseDocumentType(raw.documentType, tableName);
  const enforced = schema.schemaValidation === true ? documentType : null;
  const table: TableSchema = {
    tableName,
    indexes: parseIndexes(raw.indexes, tableName, enforced),
    stagedDbIndexes: parseIndexes(raw.stagedDbIndexes, tableName, enforced),
    searchIndexes: parseSearch(raw.searchIndexes, tableName, enforced),
    stagedSearchIndexes: parseSearch(raw.stagedSearchIndexes, tableName, enforced),
    vectorIndexes: parseVector(raw.vectorIndexes, tableName, enforced),
    stagedVectorIndexes: parseVector(raw.stagedVectorIndexes, tableName, enforced),
    documentType,
  };
  checkNames(table);
  return table;
}

function parseDocumentType(raw: unknown, table: string): ValidatorJson | null {
  if (raw === null || raw === undefined) return null;
  let type: ValidatorJson;
  try {
    type = parseValidator(raw);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const code = error.message.includes("record") ? "InvalidRecordType" : "InvalidSchema";
    return fail(code, `Table "${table}": ${error.message}`);
  }
  if (hasBadRecord(type)) fail("InvalidRecordType", `Table "${table}": the keys of a record must be strings or ids.`);
  const topLevel = type.type === "union" ? type.value : [type];
  if (type.type !== "any" && !topLevel.every((member) => member.type === "object")) {
    fail(
      "InvalidTopLevelTypeInSchemaError",
      `The documents of table "${table}" must be an object, a union of objects, or any.`,
    );
  }
  return type;
}

function parseIndexes(raw: unknown, table: string, enforced: ValidatorJson | null): TableSchema["indexes"] {
  const parsed = array(raw ?? [], `the indexes of "${table}"`).map((entry) => {
    const index = record(entry, `an index of "${table}"`);
    const name = indexName(index.indexDescriptor, table);
    const fields = strings(index.fields, `the fields of ${name}`);
    if (fields.length === 0) fail("EmptyIndex", `Index ${name} has no fields.`);
    if (fields.length > MAX_INDEX_FIELDS) {
      fail("InvalidIndexFields", `Index ${name} has ${fields.length} fields of at most ${MAX_INDEX_FIELDS}.`);
    }
    if (fields.includes("_creationTime")) {
      fail("IndexFieldsContainCreationTime", `Index ${name} lists _creationTime, which ends every index by itself.`);
    }
    if (fields.includes("_id")) fail("IndexFieldsContainId", `Index ${name} lists _id, which cannot be indexed.`);
    for (const field of fields) checkField(field, name, enforced);
    if (new Set(fields).size < fields.length) {
      fail("FieldsNotUniqueWithinIndex", `Index ${name} lists a field twice.`);
    }
    return { indexDescriptor: index.indexDescriptor as string, fields: [...fields, "_creationTime"] };
  });
  const seen = new Map<string, string>();
  for (const { indexDescriptor, fields } of parsed) {
    const key = JSON.stringify(fields);
    const twin = seen.get(key);
    if (twin !== undefined) {
      fail("IndexNotUnique", `Indexes "${twin}" and "${indexDescriptor}" of table "${table}" have the same fields.`);
    }
    seen.set(key, indexDescriptor);
  }
  return parsed;
}

function parseSearch(raw: unknown, table: string, enforced: ValidatorJson | null): TableSchema["searchIndexes"] {
  return array(raw ?? [], `the search indexes of "${table}"`).map((entry) => {
    const index = record(entry, `a search index of "${table}"`);
    const name = indexName(index.indexDescriptor, table);
    const searchField = string(index.searchField, `the search field of ${name}`);
    checkField(searchField, name, enforced);
    const filterFields = filters(index.filterFields, name, enforced, "SearchIndexFieldNotUnique", searchField);
    return { indexDescriptor: index.indexDescriptor as string, searchField, filterFields };
  });
}

function parseVector(raw: unknown, table: string, enforced: ValidatorJson | null): TableSchema["vectorIndexes"] {
  return array(raw ?? [], `the vector indexes of "${table}"`).map((entry) => {
    const index = record(entry, `a vector index of "${table}"`);
    const name = indexName(index.indexDescriptor, table);
    const vectorField = string(index.vectorField, `the vector field of ${name}`);
    checkField(vectorField, name, enforced);
    if (enforced && !validatorsAt(enforced, vectorField.split(".")).some(isVector)) {
      fail("SchemaDefinitionError", `Vector index ${name}: the field "${vectorField}" must be v.array(v.float64()).`);
    }
    const dimensions = index.dimensions;
    if (!isDimensions(dimensions)) {
      return fail(
        "InvalidVectorDimensions",
        `Vector index ${name} must have ${MIN_VECTOR_DIMENSIONS} to ${MAX_VECTOR_DIMENSIONS} dimensions.`,
      );
    }
    const filterFields = filters(index.filterFields, name, enforced, "VectorIndexFieldNotUnique", vectorField);
    return {
      indexDescriptor: index.indexDescriptor as string,
      vectorField,
      dimensions,
      filterFields,
    };
  });
}

function isDimensions(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= MIN_VECTOR_DIMENSIONS && Number(value) <= MAX_VECTOR_DIMENSIONS;
}

function isVector(validator: ValidatorJson): boolean {
  if (validator.type === "any") return true;
  return validator.type === "array" && (validator.value.type === "number" || validator.value.type === "any");
}

function filters(raw: unknown, name: string, enforced: ValidatorJson | null, code: string, main: string): string[] {
  const fields = strings(raw ?? [], `the filter fields of ${name}`);
  if (fields.length > MAX_FILTER_FIELDS) {
    fail("InvalidIndexFields", `Index ${name} has ${fields.length} filter fields of at most ${MAX_FILTER_FIELDS}.`);
  }
  for (const field of fields) checkField(field, name, enforced);
  if (new Set([main, ...fields]).size < fields.length + 1) fail(code, `Index ${name} lists a field twice.`);
  return fields;
}

function checkField(field: string, index: string, enforced: ValidatorJson | null): void {
  const parts = field.split(".");
  if (parts.some((part) => !isIdentifier(part)))
    fail("InvalidIndexFields", `Index ${index}: "${field}" is no field path.`);
  if (field === "_creationTime" || field === "_id") return;
  if (field.startsWith("_")) {
    fail("IndexFieldNameReserved", `Index ${index}: fields that start with an underscore are reserved ("${field}").`);
  }
  if (enforced && !canContain(enforced, parts)) {
    fail("SchemaDefinitionError", `Index ${index}: the documents of the table have no field "${field}".`);
  }
}

function indexName(raw: unknown, table: string): string {
  const name = string(raw, `the name of an index of "${table}"`);
  if (name === "by_id" || name === "by_creation_time" || name.startsWith("_")) {
    fail("IndexNameReserved", `Index name "${name}" of table "${table}" is reserved.`);
  }
  if (!isIdentifier(name)) fail("InvalidIndexName", `"${name}" of table "${table}" is not a valid index name.`);
  return `${table}.${name}`;
}

function checkNames(table: TableSchema): void {
  const all = [
    ...table.indexes,
    ...table.stagedDbIndexes,
    ...table.searchIndexes,
    ...table.stagedSearchIndexes,
    ...table.vectorIndexes,
    ...table.stagedVectorIndexes,
  ].map((index) => index.indexDescriptor);
  if (all.length > MAX_INDEXES_PER_TABLE) {
    fail("TooManyIndexes", `Table "${table.tableName}" has ${all.length} indexes of at most ${MAX_INDEXES_PER_TABLE}.`);
  }
  const seen = new Set<string>();
  for (const name of all) {
    if (seen.has(name)) fail("IndexNamesNotUnique", `Table "${table.tableName}" has two indexes named "${name}".`);
    seen.add(name);
  }
}

/** The text around every error of a schema. */
export function schemaMessage(message: string): string {
  return `Hit an error while evaluating your schema:\n${message}`;
}

function fail(code: string, message: string): never {
  throw pushError(code, schemaMessage(message));
}

function record(value: unknown, what: string): Raw {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Raw;
  return fail("InvalidSchema", `${what} is not an object.`);
}

function array(value: unknown, what: string): unknown[] {
  return Array.isArray(value) ? value : fail("InvalidSchema", `${what} is not a list.`);
}

function string(value: unknown, what: string): string {
  return typeof value === "string" ? value : fail("InvalidSchema", `${what} is not a string.`);
}

function strings(value: unknown, what: string): string[] {
  return array(value, what).map((entry) => string(entry, what));
}
