/**
 * The errors of kysely-matrixone: a small tree with `cause`, so that `catch` can ask for a class
 * instead of comparing numbers. The server's errnos are mapped to these classes in one table,
 * `server/errno.ts`.
 */

/** Details of every error of this library; all but `retryable` are absent when they do not apply. */
export interface MatrixOneErrorDetails {
  readonly cause?: unknown
  /** The server's error number. */
  readonly errno?: number | undefined
  /** Nearly always `HY000` on MatrixOne: classify by class or `errno` instead. */
  readonly sqlState?: string | undefined
  /** mysql2's name of the error, such as `ER_DUP_ENTRY` or `ECONNREFUSED`. */
  readonly code?: string | undefined
  /** The statement with every literal replaced by `?`. */
  readonly sql?: string | undefined
  /** Whether repeating the whole transaction can succeed. */
  readonly retryable?: boolean
}

/** The root of all errors that this library throws. */
export class MatrixOneError extends Error {
  // Declared only: a property that does not apply is not printed as `errno: undefined`.
  declare readonly errno: number | undefined
  declare readonly sqlState: string | undefined
  declare readonly code: string | undefined
  declare readonly sql: string | undefined
  readonly retryable: boolean

  constructor(message: string, details: MatrixOneErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    if (details.errno !== undefined) this.errno = details.errno
    if (details.sqlState !== undefined) this.sqlState = details.sqlState
    if (details.code !== undefined) this.code = details.code
    if (details.sql !== undefined) this.sql = details.sql
    this.retryable = details.retryable ?? false
  }
}

/** The server refused or failed a statement. */
export class ServerError extends MatrixOneError {}

/** A unique or primary key already holds the value (1062). */
export class UniqueViolationError extends ServerError {
  /** The columns of the key: `Duplicate entry … for key '(n,s)'` names columns, never the index. */
  readonly columns: readonly string[]

  constructor(message: string, details: MatrixOneErrorDetails = {}) {
    super(message, details)
    const key = /for key '(.*)'\s*$/s.exec(message)?.[1] ?? ''
    const names = /^\(.*\)$/s.test(key) ? key.slice(1, -1).split(',') : [key]
    this.columns = Object.freeze(names.filter((name) => name !== ''))
  }
}

/** A foreign key would be violated (1217, 1452, and 20101 by message). */
export class ForeignKeyViolationError extends ServerError {}

/** NULL for a NOT NULL column (3819 by message). */
export class NotNullViolationError extends ServerError {}

/** A CHECK constraint is violated (3819 by message). */
export class CheckViolationError extends ServerError {}

/** A value does not fit its column: too long, out of range, malformed. */
export class DataError extends ServerError {}

/** A vector does not have its column's dimension: found before sending, or by the server (20301 by message). */
export class VectorDimensionError extends DataError {
  /** `articles.embedding`, when found before sending: the server does not name the column. */
  declare readonly column: string | undefined
  /** The column's dimension. */
  declare readonly expected: number | undefined
  /** The vector's length. */
  declare readonly actual: number | undefined

  constructor(message: string, details: MatrixOneErrorDetails & VectorDimensionDetails = {}) {
    super(message, details)
    const [, expected, actual] = /dimension (\d+) != actual dimension (\d+)/.exec(message) ?? []
    if (details.column !== undefined) this.column = details.column
    if (expected !== undefined) this.expected = Number(expected)
    if (actual !== undefined) this.actual = Number(actual)
    if (details.expected !== undefined) this.expected = details.expected
    if (details.actual !== undefined) this.actual = details.actual
  }
}

/** The column and lengths of a `VectorDimensionError`. */
export interface VectorDimensionDetails {
  readonly column?: string
  readonly expected?: number
  readonly actual?: number
}

/** The statement does not parse (1064). */
export class SqlSyntaxError extends ServerError {}

/** A table, database, column or function does not exist. */
export class UnknownObjectError extends ServerError {}

/** The object exists already (1007, 1050, 1061). */
export class DuplicateObjectError extends ServerError {}

/** The login was refused (1045, and 20101 by message). */
export class AccessDeniedError extends ServerError {}

/** The user's role lacks a privilege (20101 by message). */
export class PrivilegeError extends ServerError {}

/**
 * A lock was not granted in time (1205; 20400 on 3.0.x). On several compute nodes it may be the lock
 * of a node that died: those stayed until it was back, or for minutes (4.2.0).
 */
export class LockWaitTimeoutError extends ServerError {}

/** The server chose this transaction to break a deadlock (20701 and its family). */
export class DeadlockError extends ServerError {}

/** The statement was killed or cancelled (1105 `context canceled`). */
export class QueryCancelledError extends ServerError {}

/**
 * A statement was not done within its timeout and was ended by KILL QUERY. It had no effect; an open
 * transaction goes on without it.
 */
export class StatementTimeoutError extends MatrixOneError {}

/** A transaction was not done within its timeout and was rolled back. */
export class TransactionTimeoutError extends MatrixOneError {}

/** The connection could not be made, or broke. */
export class ConnectionError extends MatrixOneError {}

/** No connection became free and ready within the acquire deadline. */
export class AcquireTimeoutError extends ConnectionError {}

/**
 * For `checkout` listeners to throw: the connection is not good any more, so it is closed and a
 * fresh one is taken instead.
 */
export class DisconnectionError extends ConnectionError {}

/** A connection hook failed under the policy `throw`. */
export class ConnectionHookError extends ConnectionError {}

/**
 * The connection broke while COMMIT, or a write outside of a transaction, was under way: it may or may
 * not have taken effect, or take effect a moment later (seen within 300 ms on 4.2.0). Never retried;
 * wait a second and look at the data to find out.
 */
export class UnknownOutcomeError extends ConnectionError {}

/** The transaction is gone on the server, so nothing more is sent; `cause` is the error that ended it. */
export class TransactionAbortedError extends MatrixOneError {}

/** This server, version or situation does not offer the feature; nothing was sent. */
export class UnsupportedError extends MatrixOneError {}

/** The server contradicts itself about its schema, so its answers are not taken for the truth. */
export class UntrustedMetadataError extends MatrixOneError {}

/** The text of a schema snapshot is damaged, of a newer format, or something else altogether. */
export class SchemaSnapshotError extends MatrixOneError {}

/** An option is missing, unknown or contradicts another one; found before anything is connected. */
export class ConfigurationError extends MatrixOneError {}

/** A value cannot be sent or read without being changed. */
export class ValueError extends MatrixOneError {}

/** A guard refused a statement before it was sent, or tells that what a connection did was undone. */
export class GuardError extends MatrixOneError {
  /** The guard's name, the key of the option `guards`. */
  readonly guard: string

  constructor(message: string, details: MatrixOneErrorDetails & { readonly guard: string }) {
    super(message, details)
    this.guard = details.guard
  }
}

/** A vector index could not be made, changed, dropped or read. */
export class VectorIndexError extends MatrixOneError {}

/** A full-text index could not be made or dropped. */
export class FulltextIndexError extends MatrixOneError {}

/** Rows could not be loaded; nothing of them was kept. */
export class LoadDataError extends MatrixOneError {}

/** A stage, or a file in it, could not be made, changed, read or removed. */
export class StageError extends MatrixOneError {}

/** A query could not be exported to a file. */
export class ExportError extends MatrixOneError {}

/** A branch could not be created, compared, merged or dropped. */
export class BranchError extends MatrixOneError {}

/** Branch and target both changed a row, and the merge was told to fail then; nothing was merged. */
export class BranchConflictError extends BranchError {}

/** A publication or subscription could not be made, changed or read. */
export class PubSubError extends MatrixOneError {}

/** An account, user, role or grant could not be made, changed or read. */
export class AccountError extends MatrixOneError {}

/** A change-data-capture task could not be made, changed or read. */
export class CdcError extends MatrixOneError {}

/** A snapshot could not be created, read or dropped. */
export class SnapshotError extends MatrixOneError {}

/** A table or database could not be cloned. */
export class CloneError extends MatrixOneError {}

/** An object could not be put back to a past state. */
export class RestoreError extends MatrixOneError {}

/** A point-in-time recovery rule could not be created, changed, read or dropped. */
export class PitrError extends MatrixOneError {}

/** The storage node could not be told to flush or to write a checkpoint. */
export class MoCtlError extends MatrixOneError {}
