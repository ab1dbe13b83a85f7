import type { TableNames } from "../values/validators.ts";
import { CatalogRows } from "./catalog-rows.ts";
import type { Database } from "./database.ts";
import { diffOf, planIndexes, type IndexDiff } from "./index-diff.ts";
import { IndexBuilder } from "./index-builder.ts";
import type { Rows } from "./rows.ts";
import { enforcedTypes, type SchemaJson, type WantedIndex } from "./schema-json.ts";
import { SchemaStates, type SchemaStatus } from "./schema-states.ts";
import type { SearchRows } from "./search-rows.ts";
import {
  droppedName,
  FIRST_TABLE_NUMBER,
  fromSpec,
  isDropped,
  keptIndexes,
  specOf,
  SYSTEM_TABLES,
  type IndexInfo,
  type TableInfo,
} from "./tables.ts";
import { firstMismatch, mismatchBySlices, type Mismatch } from "./validate-all.ts";
import { VECTORS_FILLED, type VectorRows } from "./vector-rows.ts";

/** What `meta` holds of unfinished indexes: JSON, id → `filledTo` in hex. */
const UNFINISHED = "indexesUnfinished";

interface Namespace {
  ns: number;
  path: string;
  byName: Map<string, TableInfo>;
  byNumber: Map<number, TableInfo>;
}

/**
 * Namespaces (one per component path, 0 is the app), their tables, indexes and schemas: in memory, backed by rows.
 * What writes is atomic by itself, joins an open SQL transaction, and is called by whoever holds the gate.
 */
export class Catalog {
  /** Another one whenever tables, indexes or schemas became others; the filling of an index does not count. */
  version = 0;
  readonly #db: Database;
  readonly #builder: IndexBuilder;
  readonly #rows: Rows;
  readonly #states: SchemaStates;
  readonly #stored: CatalogRows;
  #namespaces = new Map<number, Namespace>();
  #byPath = new Map<string, Namespace>();
  #nextIndexId = 1;
  readonly #reserved = new Map<number, number>();

  constructor(db: Database, rows: Rows, search: SearchRows, vectors: VectorRows) {
    this.#db = db;
    this.#rows = rows;
    this.#builder = new IndexBuilder(rows, search, vectors);
    this.#states = new SchemaStates(db.sql);
    this.#stored = new CatalogRows(db.sql);
    this.reload();
    this.ensureNamespace("");
    if (vectors.isUnfilled) this.#fillVectors();
  }

  /** Reads everything again from the file, as after a SQL transaction that was rolled back. Index ids still go on. */
  reload(): void {
    this.version += 1;
    this.#namespaces.clear();
    this.#byPath.clear();
    this.#states.reload();
    for (const { ns, path } of this.#stored.namespaces()) this.#remember(ns, path);
    for (const table of this.#stored.tables()) {
      this.#keep({ ...table, system: SYSTEM_TABLES.has(table.name), indexes: new Map(), building: new Map() });
    }
    const unfinished = JSON.parse(this.#db.meta(UNFINISHED) ?? "{}") as Record<string, string>;
    for (const { tableNumber, ...index } of this.#stored.indexes()) {
      const table = this.tableByNumber(index.ns, tableNumber)!;
      const filledTo = unfinished[index.id];
      const state = filledTo === undefined ? {} : { filledTo: Buffer.from(filledTo, "hex") };
      this.#putIndex(table, { ...index, table: table.name, ...state });
      this.#nextIndexId = Math.max(this.#nextIndexId, index.id + 1);
    }
  }

  /** All namespaces, in the order they came into being. */
  namespaces(): { ns: number; path: string }[] {
    return [...this.#namespaces.values()].map(({ ns, path }) => ({ ns, path }));
  }

  /** The namespace of a component path (`""` is the app's, 0), or undefined. */
  namespace(path: string): number | undefined {
    return this.#byPath.get(path)?.ns;
  }

  pathOf(ns: number): string | undefined {
    return this.#namespaces.get(ns)?.path;
  }

  /** The namespace of a component path, made with its system tables when it does not exist. */
  ensureNamespace(path: string): number {
    const known = this.#byPath.get(path);
    if (known !== undefined) return known.ns;
    return this.#atomically(() => {
      const ns = this.#namespaces.size === 0 ? 0 : Math.max(...this.#namespaces.keys()) + 1;
      this.#stored.addNamespace(ns, path);
      this.#remember(ns, path);
      for (const [name, number] of SYSTEM_TABLES) this.addTable(this.draftTable(ns, name, number));
      return ns;
    });
  }

  table(ns: number, name: string): TableInfo | undefined {
    return this.#namespaces.get(ns)?.byName.get(name);
  }

  tableByNumber(ns: number, number: number): TableInfo | undefined {
    return this.#namespaces.get(ns)?.byNumber.get(number);
  }

  /** All tables of a namespace, system tables included. */
  tables(ns: number): Iterable<TableInfo> {
    return this.#namespaces.get(ns)?.byName.values() ?? [];
  }

  /** Resolves table numbers of a namespace for `validate`. */
  tableNames(ns: number): TableNames {
    return { nameOf: (number) => this.tableByNumber(ns, number)?.name };
  }

  /** Keeps a number, and all below it, from new tables of a namespace while this process runs. */
  reserveNumber(ns: number, number: number): void {
    this.version += 1;
    this.#reserved.set(ns, Math.max(number, this.#reserved.get(ns) ?? 0));
  }

  /** The number the next new table of a namespace gets. */
  nextTableNumber(ns: number): number {
    return Math.max(FIRST_TABLE_NUMBER - 1, this.#reserved.get(ns) ?? 0, ...(this.#namespaces.get(ns)?.byNumber.keys() ?? [])) + 1;
  }

  /** A table that nobody knows yet, with its two own indexes; `addTable` makes it real. */
  draftTable(ns: number, name: string, number: number): TableInfo {
    const own = (index: string, fields: string[]): [string, IndexInfo] => [
      index,
      { id: this.#nextIndexId++, ns, table: name, name: index, kind: "database", fields, staged: false, ready: true },
    ];
    const indexes = new Map([own("by_id", ["_id"]), own("by_creation_time", ["_creationTime"])]);
    return { ns, number, name, system: SYSTEM_TABLES.has(name), indexes, building: new Map() };
  }

  /** Makes a drafted table real. */
  addTable(table: TableInfo): void {
    this.#atomically(() => {
      this.#stored.addTable(table.ns, table.number, table.name);
      for (const index of table.indexes.values()) this.#stored.addIndex(table.number, index);
      this.#keep(table);
    });
  }

  /** The table of this name, made when it does not exist. */
  ensureTable(ns: number, name: string): TableInfo {
    const known = this.table(ns, name);
    if (known !== undefined) return known;
    const table = this.draftTable(ns, name, this.nextTableNumber(ns));
    this.addTable(table);
    return table;
  }

  /** Unmakes an empty table with its indexes. Its readers are not told: live queries must run again. */
  dropTable(ns: number, name: string): void {
    const table = this.table(ns, name);
    if (table === undefined) return;
    this.#atomically(() => {
      for (const index of keptIndexes(table)) this.#drop(index);
      this.#stored.deleteTable(ns, table.number);
      const namespace = this.#namespaces.get(ns)!;
      namespace.byName.delete(name);
      namespace.byNumber.delete(table.number);
    });
  }

  /** A table that nobody knows yet, as `draftTable`, with indexes like those of `model` that `wants` allows. */
  draftLike(ns: number, name: string, model: TableInfo, wants: (index: IndexInfo) => boolean): TableInfo {
    const table = this.draftTable(ns, name, this.nextTableNumber(ns));
    const copies = [...model.indexes.values()]
      .filter((index) => !table.indexes.has(index.name) && wants(index))
      .map((index): [string, IndexInfo] => [index.name, { ...index, id: this.#nextIndexId++, ns, table: name }]);
    return { ...table, indexes: new Map([...table.indexes, ...copies]) };
  }

  /** Gives a table with all its documents another place and answers it. Live queries must run again. */
  moveTable(table: TableInfo, to: { ns: number; name: string; number: number }): TableInfo {
    return this.#atomically(() => {
      this.#stored.moveTable(table, to);
      const from = this.#namespaces.get(table.ns)!;
      from.byName.delete(table.name);
      from.byNumber.delete(table.number);
      const moved = (indexes: TableInfo["indexes"]): TableInfo["indexes"] =>
        new Map([...indexes].map(([name, index]) => [name, { ...index, ns: to.ns, table: to.name }]));
      const { indexes, building } = table;
      const there = { ...to, system: SYSTEM_TABLES.has(to.name), indexes: moved(indexes), building: moved(building) };
      this.#keep(there);
      return there;
    });
  }

  /** The active schema of a namespace, or null. */
  schema(ns: number): SchemaJson | null {
    return this.#states.active(ns)?.schema ?? null;
  }

  /** The schema of a push that is under way (pending or validated), or null. */
  inFlightSchema(ns: number): SchemaStatus | null {
    return this.#states.inFlight(ns);
  }

  /** Makes `schema` the active one at once (null: none); neither checks documents nor changes indexes. */
  setSchema(ns: number, schema: SchemaJson | null): void {
    this.#atomically(() => this.#states.activate(ns, schema === null ? null : this.#states.submit(ns, schema)));
  }

  /** Hands in the schema of a push; answers the id of the equal active or in-flight one, or a new one (SPEC S31). */
  submitSchema(ns: number, schema: SchemaJson): string {
    return this.#atomically(() => this.#states.submit(ns, schema));
  }

  /** State of a schema by its id, or null. */
  schemaStatus(id: string): SchemaStatus | null {
    return this.#states.status(id);
  }

  /** pending → validated. */
  markValidated(id: string): void {
    this.#atomically(() => this.#states.move(id, "validated"));
  }

  /** pending or validated → failed, with what the command line prints. */
  failSchema(id: string, error: string, tableName: string | null): void {
    this.#atomically(() => this.#states.fail(id, error, tableName));
  }

  /** Makes a pending or validated schema active; null clears it. Throws when it failed or was overwritten. */
  activateSchema(ns: number, id: string | null): void {
    this.#atomically(() => this.#states.activate(ns, id));
  }

  /** What `schema` (null: none) would change about the indexes of a namespace (null: one that does not exist yet). */
  diffIndexes(ns: number | null, schema: SchemaJson | null): IndexDiff {
    return diffOf(planIndexes(ns === null ? [] : this.tables(ns), schema));
  }

  /**
   * First half of a push: makes the tables of `schema` and builds its new indexes, which writes keep up from now on
   * and queries cannot use yet. What an earlier, unfinished push built and this one does not want is dropped. With
   * `inSlices` the indexes of large tables are only begun, and `work` goes on with them.
   */
  prepareIndexes(ns: number, schema: SchemaJson, { inSlices = false } = {}): IndexDiff {
    return this.#atomically(() => {
      for (const table of schema.tables) this.ensureTable(ns, table.tableName);
      const plan = planIndexes(this.tables(ns), schema);
      this.#dropBuildingExcept(ns, plan.add, inSlices);
      for (const want of plan.add) this.#build(ns, want, inSlices);
      return diffOf(plan);
    });
  }

  /**
   * Second half: everything `schema` (null: none) wants can be used from now on, everything else is dropped; with
   * `inSlices` the entries of large ones go when `work` comes to them.
   */
  applyIndexes(ns: number, schema: SchemaJson | null, { inSlices = false } = {}): IndexDiff {
    return this.#atomically(() => {
      const diff = this.prepareIndexes(ns, schema ?? { tables: [], schemaValidation: false });
      const plan = planIndexes(this.tables(ns), schema);
      for (const index of plan.drop) this.#drop(index, inSlices);
      for (const { index, staged } of plan.flag) this.#replace({ ...index, staged });
      for (const want of plan.add) {
        const built = this.table(ns, want.table)!.building.get(want.name)!;
        this.#replace({ ...built, ready: true });
      }
      return diff;
    });
  }

  /**
   * One step of what is left to do with the indexes of a namespace: some documents into one that is being built, or some
   * entries out of one that was dropped. False when nothing is left.
   */
  work(ns: number): boolean {
    for (const table of this.tables(ns)) {
      for (const index of table.building.values()) {
        if (index.filledTo === undefined) continue;
        this.#unnoticed(() => {
          if (!isDropped(index)) this.#filled(table, index, this.#builder.fillSlice(table, index));
          else if (!this.#builder.emptySlice(index)) this.#drop(index);
        });
        return true;
      }
    }
    return false;
  }

  /** Whether `work` has anything to do. */
  buildsLeft(ns: number): boolean {
    return [...this.tables(ns)].some((table) => [...table.building.values()].some((index) => index.filledTo !== undefined));
  }

  /** How many of the indexes that a push waits for are filled. */
  buildProgress(ns: number): { complete: number; total: number } {
    const waitedFor = [...this.tables(ns)].flatMap((table) =>
      [...table.building.values()].filter((index) => !index.staged && !isDropped(index)),
    );
    return { complete: waitedFor.filter(({ filledTo }) => filledTo === undefined).length, total: waitedFor.length };
  }

  /** A whole schema change: indexes as `schema` wants them, and `schema` active. Documents are not checked. */
  applySchema(ns: number, schema: SchemaJson | null): IndexDiff {
    return this.#atomically(() => {
      const diff = this.applyIndexes(ns, schema);
      this.setSchema(ns, schema);
      return diff;
    });
  }

  /** The first stored document that `schema` forbids, or null (SPEC S30). */
  validateAll(ns: number, schema: SchemaJson): Mismatch | null {
    const [enforced, wanted] = [enforcedTypes(this.schema(ns)), enforcedTypes(schema)];
    return firstMismatch(this.#rows, [...this.tables(ns)], enforced, wanted, this.tableNames(ns));
  }

  /** The same step by step, between which others may write: a schema handed in is held against each write. */
  validateBySlices(ns: number, schema: SchemaJson): Generator<void, Mismatch | null> {
    const [enforced, wanted] = [enforcedTypes(this.schema(ns)), enforcedTypes(schema)];
    return mismatchBySlices(this.#rows, [...this.tables(ns)], enforced, wanted, this.tableNames(ns));
  }

  /** As `Database.atomically`; what is kept in memory follows the file when it rolls back. */
  #atomically<T>(fn: () => T): T {
    this.version += 1;
    return this.#unnoticed(fn);
  }

  #unnoticed<T>(fn: () => T): T {
    const isOuter = !this.#db.sql.isTransaction;
    try {
      return this.#db.atomically(fn);
    } catch (error) {
      if (isOuter) this.reload();
      throw error;
    }
  }

  #build(ns: number, want: WantedIndex, inSlices: boolean): void {
    const table = this.table(ns, want.table)!;
    const begun = table.building.get(want.name);
    if (begun) {
      if (!inSlices) this.#fillRest(table, begun);
      return;
    }
    const index: IndexInfo = {
      id: this.#nextIndexId++,
      ns,
      table: table.name,
      name: want.name,
      ...fromSpec(want.spec),
      staged: want.staged,
      ready: false,
    };
    const isLater = inSlices && !this.#builder.isSmall(table);
    if (!isLater) this.#builder.fill(table, index);
    this.#stored.addIndex(table.number, index);
    this.#putIndex(table, index);
    if (isLater) this.#filled(table, index, Buffer.alloc(0));
  }

  #fillRest(table: TableInfo, index: IndexInfo): void {
    let rest = index;
    while (rest.filledTo !== undefined) rest = this.#filled(table, rest, this.#builder.fillSlice(table, rest));
  }

  /** Stores up to where an index is filled now; undefined when it is complete. Answers the index as it is then. */
  #filled(table: TableInfo, { filledTo: _before, ...index }: IndexInfo, filledTo: Buffer | undefined): IndexInfo {
    const now: IndexInfo = filledTo === undefined ? index : { ...index, filledTo };
    this.#putIndex(table, now);
    const unfinished = JSON.parse(this.#db.meta(UNFINISHED) ?? "{}") as Record<string, string>;
    if (filledTo === undefined) delete unfinished[index.id];
    else unfinished[index.id] = filledTo.toString("hex");
    this.#db.setMeta(UNFINISHED, JSON.stringify(unfinished));
    return now;
  }

  /** Drops what an earlier push left unfinished, unless `add` wants exactly that. */
  #dropBuildingExcept(ns: number, add: readonly WantedIndex[], inSlices: boolean): void {
    for (const table of this.tables(ns)) {
      for (const index of table.building.values()) {
        if (isDropped(index)) continue;
        const spec = JSON.stringify(specOf(index));
        const isWanted = (w: WantedIndex): boolean =>
          w.table === table.name &&
          w.name === index.name &&
          w.staged === index.staged &&
          JSON.stringify(w.spec) === spec;
        if (!add.some(isWanted)) this.#drop(index, inSlices);
      }
    }
  }

  /** Fills the vector indexes of a file from before they were kept. */
  #fillVectors(): void {
    this.#atomically(() => {
      for (const { ns } of this.namespaces()) {
        for (const table of this.tables(ns)) {
          for (const index of keptIndexes(table)) {
            if (index.kind !== "vector") continue;
            this.#builder.empty(index);
            this.#builder.fill(table, index);
          }
        }
      }
      this.#db.setMeta(VECTORS_FILLED, "1");
    });
  }

  /** Takes an index away; with `inSlices` that of a large table keeps its entries until `work` comes to them. */
  #drop(index: IndexInfo, inSlices = false): void {
    const table = this.table(index.ns, index.table)!;
    const isLater = inSlices && !this.#builder.isSmall(table);
    this.#filled(table, index, undefined);
    if (isLater) this.#stored.renameIndex(index.id, droppedName(index.id));
    else {
      this.#stored.deleteIndex(index.id);
      this.#builder.empty(index);
    }
    this.#forget(table, index);
    if (!isLater) return;
    const remains = { ...index, name: droppedName(index.id), staged: true, ready: false };
    this.#stored.flagIndex(remains);
    this.#filled(table, remains, Buffer.alloc(0));
  }

  #forget(table: TableInfo, index: IndexInfo): void {
    if (table.indexes.get(index.name)?.id === index.id) table.indexes = without(table.indexes, index.name);
    else table.building = without(table.building, index.name);
  }

  /** Stores new flags of an index and moves it to where its readiness belongs. */
  #replace(index: IndexInfo): void {
    this.#stored.flagIndex(index);
    const table = this.table(index.ns, index.table)!;
    if (table.building.get(index.name)?.id === index.id) table.building = without(table.building, index.name);
    this.#putIndex(table, index);
  }

  #putIndex(table: TableInfo, index: IndexInfo): void {
    if (index.ready) table.indexes = new Map(table.indexes).set(index.name, index);
    else table.building = new Map(table.building).set(index.name, index);
  }

  #remember(ns: number, path: string): void {
    const namespace: Namespace = { ns, path, byName: new Map(), byNumber: new Map() };
    this.#namespaces.set(ns, namespace);
    this.#byPath.set(path, namespace);
  }

  #keep(table: TableInfo): void {
    const namespace = this.#namespaces.get(table.ns)!;
    namespace.byName.set(table.name, table);
    namespace.byNumber.set(table.number, table);
  }
}

function without<V>(map: ReadonlyMap<string, V>, name: string): ReadonlyMap<string, V> {
  const copy = new Map(map);
  copy.delete(name);
  return copy;
}
