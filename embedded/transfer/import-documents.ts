/** From rows of a file to documents (SPEC X5). */
import { CreationClock } from "../storage/creation-clock.ts";
import { enforcedTypes } from "../storage/schema-json.ts";
import type { Store } from "../storage/store.ts";
import { userFields } from "../storage/validate-all.ts";
import { UserError } from "../values/errors.ts";
import { decodeId, encodeId, newInternalId } from "../values/ids.ts";
import { canonical, checkDocument, decodeInt64, encodingOf, isPlainObject, setOwn, type Json, type JsonObject } from "../values/json.ts";
import { type TableNames, validate, type ValidatorJson } from "../values/validators.ts";
import { importError, rowError } from "./import-error.ts";
import type { Row } from "./import-source.ts";

/** Makes the documents of one table. */
export class DocumentMaker {
  readonly #name: string;
  readonly #number: number;
  readonly #validator: ValidatorJson | undefined;
  readonly #names: TableNames;
  readonly #clock: CreationClock;
  /** Fields a row may leave empty: of a CSV file, which has no other way to leave them out. */
  readonly #droppable: ReadonlySet<string>;

  /** `ns`: where the table's schema is; undefined when there is none yet. `number`: what its ids must hold. */
  constructor(
    store: Store,
    o: { ns: number | undefined; name: string; number: number; names: TableNames; format: string },
  ) {
    this.#name = o.name;
    this.#number = o.number;
    this.#names = o.names;
    this.#validator = o.ns === undefined ? undefined : enforcedTypes(store.catalog.schema(o.ns)).get(o.name);
    this.#clock = new CreationClock(Date.now(), store.db.lastTs(), store.creationFloor);
    const schema = o.ns === undefined ? undefined : store.catalog.schema(o.ns)?.tables.find((t) => t.tableName === o.name);
    this.#droppable = o.format === "csv" ? optionalFields(schema?.documentType ?? null) : new Set();
  }

  /** The document of a row. Throws UserError, naming the row, when there can be none. */
  make({ row, value }: Row): JsonObject {
    if (!isPlainObject(value)) throw importError("NotAnObject", `Row ${row} wasn't an object`);
    const fields: JsonObject = {};
    for (const [key, item] of Object.entries(value)) if (item !== "" || !this.#droppable.has(key)) setOwn(fields, key, item);
    fields["_id"] = this.#id(row, value["_id"]);
    fields["_creationTime"] = this.#creationTime(row, value["_creationTime"]);
    try {
      checkDocument(fields, this.#name);
    } catch (error) {
      if (error instanceof UserError) throw rowError(row, error.message);
      throw error;
    }
    const document = canonical(fields) as JsonObject;
    const problem = this.#validator && validate(this.#validator, userFields(document), this.#names);
    if (typeof problem === "string") {
      throw importError(
        "SchemaEnforcement",
        `Row ${row} of table "${this.#name}" does not match the schema: ${problem}`,
      );
    }
    return document;
  }

  #id(row: number, given: Json | undefined): string {
    if (given === undefined) return encodeId(this.#number, newInternalId(Date.now()));
    const decoded = typeof given === "string" ? decodeId(given) : null;
    if (decoded === null) throw rowError(row, typeof given === "string" ? `${JSON.stringify(given)} is no id` : "_id must be a string");
    if (decoded.tableNumber !== this.#number) {
      throw importError(
        "InvalidId",
        `Row ${row}: the _id ${JSON.stringify(given)} does not belong to the table "${this.#name}" ` +
          `(table number ${decoded.tableNumber}, not ${this.#number}).`,
      );
    }
    return encodeId(decoded.tableNumber, decoded.internalId);
  }

  #creationTime(row: number, given: Json | undefined): number {
    if (given === undefined) return this.#clock.next();
    if (typeof given === "number" && given > 0) return given;
    if (typeof given === "object" && given !== null && !Array.isArray(given) && encodingOf(given) === "$integer") {
      return Number(decodeInt64(given));
    }
    throw rowError(row, "_creationTime must be a positive number");
  }
}

function optionalFields(type: ValidatorJson | null): Set<string> {
  if (type?.type !== "object") return new Set();
  return new Set(Object.entries(type.value).filter(([, field]) => field.optional).map(([name]) => name));
}
