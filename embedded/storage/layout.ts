/**
 * The tables of the deployment's file. A change that an older server would get wrong, or that this one needs in older
 * files, gets a higher `FORMAT` and a step in `upgrade.ts`. (The tables of vector indexes are made by their owner.)
 *
 * Every index entry of every document, `by_id` included, is one row of `idx` under its sort key, so that any index
 * read is one range of one B-tree. `docs` is ordered by creation, so what was written together is read together.
 */

/** Version of the layout below, kept in `meta` under `format`. */
export const FORMAT = 3;

export const LAYOUT = `
CREATE TABLE meta (k TEXT PRIMARY KEY, v TEXT NOT NULL) WITHOUT ROWID, STRICT;

CREATE TABLE namespaces (ns INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE tables (
  ns INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (ns, number), UNIQUE (ns, name)
) WITHOUT ROWID, STRICT;
-- spec: JSON of fields, searchField, filterFields, vectorField, dimensions. ready = 0: not yet enabled by a push.
CREATE TABLE indexes (
  id INTEGER PRIMARY KEY, ns INTEGER NOT NULL, table_number INTEGER NOT NULL, name TEXT NOT NULL,
  kind TEXT NOT NULL, spec TEXT NOT NULL, staged INTEGER NOT NULL, ready INTEGER NOT NULL
) STRICT;
CREATE TABLE schemas (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ns INTEGER NOT NULL, state TEXT NOT NULL, json TEXT NOT NULL,
  error TEXT, table_name TEXT
) STRICT;

CREATE TABLE docs (doc INTEGER PRIMARY KEY, size INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
CREATE TABLE idx (
  index_id INTEGER NOT NULL, key BLOB NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (index_id, key)
) WITHOUT ROWID, STRICT;

-- postings: a block of them (postings.ts), of the documents from first on up to where the next block of the term begins. Terms that begin
-- with = are of filter fields (search-rows.ts).
CREATE TABLE search_terms (
  index_id INTEGER NOT NULL, term TEXT NOT NULL, first INTEGER NOT NULL, postings BLOB NOT NULL,
  PRIMARY KEY (index_id, term, first)
) WITHOUT ROWID, STRICT;
CREATE TABLE search_docs (
  index_id INTEGER NOT NULL, doc INTEGER NOT NULL, iid BLOB NOT NULL, creation REAL NOT NULL,
  PRIMARY KEY (index_id, doc)
) WITHOUT ROWID, STRICT;
CREATE TABLE search_stats (index_id INTEGER PRIMARY KEY, docs INTEGER NOT NULL, terms INTEGER NOT NULL) STRICT;

-- Beside the document in _scheduled_functions. phase: 0 pending, 1 in progress, 2 done.
-- next_ts in ms: when a pending job is due, when a done one was completed.
CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY, ns INTEGER NOT NULL, iid BLOB NOT NULL UNIQUE, phase INTEGER NOT NULL,
  next_ts REAL NOT NULL, component_path TEXT NOT NULL, path TEXT NOT NULL, udf_type TEXT NOT NULL,
  attempts INTEGER NOT NULL, parent TEXT
) STRICT;
CREATE INDEX jobs_by_phase ON jobs (phase, next_ts, seq);

CREATE TABLE session_requests (
  session TEXT NOT NULL, request_id INTEGER NOT NULL, result_json TEXT NOT NULL, log_json TEXT NOT NULL,
  ts INTEGER NOT NULL, PRIMARY KEY (session, request_id)
) WITHOUT ROWID, STRICT;
CREATE INDEX session_requests_by_ts ON session_requests (ts);

CREATE TABLE function_handles (
  id TEXT PRIMARY KEY, component_path TEXT NOT NULL, function_path TEXT NOT NULL, UNIQUE (component_path, function_path)
) WITHOUT ROWID, STRICT;
CREATE TABLE modules (
  definition_path TEXT NOT NULL, path TEXT NOT NULL, source TEXT NOT NULL, source_map TEXT, environment TEXT NOT NULL,
  sha256 TEXT NOT NULL, PRIMARY KEY (definition_path, path)
) STRICT;
CREATE TABLE code (k TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
CREATE TABLE env_vars (
  name TEXT PRIMARY KEY, value TEXT NOT NULL, id TEXT NOT NULL, creation REAL NOT NULL
) STRICT;
CREATE TABLE files (
  uuid TEXT PRIMARY KEY, ns INTEGER NOT NULL, iid BLOB NOT NULL, UNIQUE (ns, iid)
) STRICT;
`;
