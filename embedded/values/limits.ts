/** Size and count limits of the platform. Bytes unless the name says otherwise. SPEC V and F cite them. */

const MIB = 1024 * 1024;

/** Documents, with `_id` and `_creationTime`, by the size formula of `sizeOf`. */
export const MAX_DOCUMENT_SIZE = MIB;
/** Levels of arrays and objects in a document; the document itself is the first. */
export const MAX_DOCUMENT_NESTING = 16;
/** Levels of arrays and objects in arguments and results. */
export const MAX_VALUE_NESTING = 64;
export const MAX_ARRAY_LENGTH = 8192;
export const MAX_OBJECT_FIELDS = 1024;
export const MAX_VALUE_SIZE = 32 * MIB;
export const MAX_ARGS_SIZE = 16 * MIB;
export const MAX_RETURN_SIZE = 16 * MIB;
/** Characters of a field name inside any object. */
export const MAX_FIELD_NAME_LENGTH = 1024;
/** Characters of a table, index, export, variable or component name and of a module path segment. */
export const MAX_IDENTIFIER_LENGTH = 64;

export const MAX_INDEX_FIELDS = 16;
export const MAX_INDEXES_PER_TABLE = 64;
/** Filter fields of a search or vector index. */
export const MAX_FILTER_FIELDS = 16;
export const MIN_VECTOR_DIMENSIONS = 2;
export const MAX_VECTOR_DIMENSIONS = 4096;
/** Results of a vector search: when no limit is given, and at most. */
export const DEFAULT_VECTOR_RESULTS = 10;
export const MAX_VECTOR_RESULTS = 256;
/** Different equalities in the filter of a vector search. */
export const MAX_VECTOR_FILTERS = 64;

/** Per top-level transaction; nested calls share these. */
export const MAX_DOCUMENTS_READ = 32_000;
export const MAX_BYTES_READ = 16 * MIB;
export const MAX_RANGES_READ = 4096;
export const MAX_DOCUMENTS_WRITTEN = 16_000;
export const MAX_BYTES_WRITTEN = 16 * MIB;
export const MAX_FUNCTIONS_SCHEDULED = 1000;
/** Files that a mutation takes into memory or out of it by itself; uploads and downloads are not counted. */
export const MAX_FILES_READ = 4096;
export const MAX_FILES_WRITTEN = 1000;
export const MAX_SCHEDULED_ARGS_SIZE = 16 * MIB;
/** Levels of called functions below the first one, inside one transaction. */
export const MAX_CALL_DEPTH = 8;

/**
 * Time in user code of a query or mutation, syscalls excluded, in milliseconds: a second, unless the variable that
 * self-hosted Convex has for it says otherwise (a slow machine may need more to hash a password, say).
 */
export const MAX_USER_TIME_MS = 1000 * secondsOf("DATABASE_UDF_USER_TIMEOUT_SECONDS", 1, 60);
/** Time of a query or mutation by the wall clock, in milliseconds. */
export const MAX_TRANSACTION_WALL_MS = 15_000;
export const MAX_ACTION_MS = 30 * 60_000;
export const MAX_NODE_ACTION_MS = 10 * 60_000;

export const MAX_LOG_LINES = 256;
/** Characters of one log line. */
export const MAX_LOG_LINE_LENGTH = 32_768;
export const MAX_HTTP_RESPONSE_BODY = 20 * MIB;

/** How far from now a function can be scheduled, in milliseconds: five years. */
export const MAX_SCHEDULE_DISTANCE_MS = 5 * 366 * 24 * 3_600_000;
/** How long a finished job stays readable, in milliseconds: seven days. */
export const COMPLETED_JOB_RETENTION_MS = 7 * 24 * 3_600_000;
/** How long a client's mutation is remembered as done, so that it is not done again when it is repeated. */
export const SESSION_REQUEST_RETENTION_MS = 7 * 24 * 3_600_000;

/** A size for people: `sizeText(1258291)` is "1.2 MiB". */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const [value, unit] = bytes < MIB ? [bytes / 1024, "KiB"] : [bytes / MIB, "MiB"];
  return `${Number(value.toFixed(2))} ${unit}`;
}

/** A whole number of seconds from the process's environment, from 1 to `most`. Throws a sentence about any other value. */
function secondsOf(name: string, otherwise: number, most: number): number {
  const text = process.env[name];
  if (text === undefined || text === "") return otherwise;
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= most) return seconds;
  throw new Error(`The variable ${name} must be a whole number of seconds from 1 to ${most}, not "${text}".`);
}
