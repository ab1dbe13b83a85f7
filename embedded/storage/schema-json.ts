import type { ValidatorJson } from "../values/validators.ts";

/** What a component's `schema.ts` exports, as the command line sends it (SPEC P, schema export). */
export interface SchemaJson {
  tables: TableSchemaJson[];
  schemaValidation: boolean;
}

export interface TableSchemaJson {
  tableName: string;
  indexes: DatabaseIndexJson[];
  stagedDbIndexes?: DatabaseIndexJson[];
  searchIndexes?: SearchIndexJson[];
  stagedSearchIndexes?: SearchIndexJson[];
  vectorIndexes?: VectorIndexJson[];
  stagedVectorIndexes?: VectorIndexJson[];
  documentType?: ValidatorJson | null;
}

export interface DatabaseIndexJson {
  indexDescriptor: string;
  /** With or without the `_creationTime` that ends every index. */
  fields: string[];
}

export interface SearchIndexJson {
  indexDescriptor: string;
  searchField: string;
  filterFields: string[];
}

export interface VectorIndexJson {
  indexDescriptor: string;
  vectorField: string;
  dimensions: number;
  filterFields: string[];
}

/** What an index is, apart from its name, its state and whether it is staged. */
export type IndexSpec =
  | { kind: "database"; fields: string[] }
  | { kind: "search"; searchField: string; filterFields: string[] }
  | { kind: "vector"; vectorField: string; dimensions: number; filterFields: string[] };

/** An index that a schema asks for. */
export interface WantedIndex {
  table: string;
  name: string;
  spec: IndexSpec;
  staged: boolean;
}

/** All indexes that `schema` asks for, staged ones included; database indexes end in `_creationTime`. */
export function wantedIndexes(schema: SchemaJson | null): WantedIndex[] {
  return (schema?.tables ?? []).flatMap((t) => [
    ...wanted(t, t.indexes, false, databaseSpec),
    ...wanted(t, t.stagedDbIndexes, true, databaseSpec),
    ...wanted(t, t.searchIndexes, false, searchSpec),
    ...wanted(t, t.stagedSearchIndexes, true, searchSpec),
    ...wanted(t, t.vectorIndexes, false, vectorSpec),
    ...wanted(t, t.stagedVectorIndexes, true, vectorSpec),
  ]);
}

/** The validators of a schema by table; empty when the schema does not check documents. */
export function enforcedTypes(schema: SchemaJson | null): ReadonlyMap<string, ValidatorJson> {
  if (schema === null || !schema.schemaValidation) return NO_TYPES;
  let types = typesBySchema.get(schema);
  if (types === undefined) {
    types = new Map();
    for (const t of schema.tables) if (t.documentType != null) types.set(t.tableName, t.documentType);
    typesBySchema.set(schema, types);
  }
  return types;
}

const NO_TYPES: ReadonlyMap<string, ValidatorJson> = new Map();
const typesBySchema = new WeakMap<SchemaJson, Map<string, ValidatorJson>>();

function wanted<I extends { indexDescriptor: string }>(
  table: TableSchemaJson,
  indexes: readonly I[] | undefined,
  staged: boolean,
  spec: (index: I) => IndexSpec,
): WantedIndex[] {
  return (indexes ?? []).map((i) => ({ table: table.tableName, name: i.indexDescriptor, spec: spec(i), staged }));
}

function databaseSpec(index: DatabaseIndexJson): IndexSpec {
  const fields = index.fields.at(-1) === "_creationTime" ? index.fields : [...index.fields, "_creationTime"];
  return { kind: "database", fields };
}

function searchSpec(index: SearchIndexJson): IndexSpec {
  return { kind: "search", searchField: index.searchField, filterFields: index.filterFields };
}

function vectorSpec(index: VectorIndexJson): IndexSpec {
  const { vectorField, dimensions, filterFields } = index;
  return { kind: "vector", vectorField, dimensions, filterFields };
}
