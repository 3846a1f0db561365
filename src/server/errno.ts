/**
 * The one table from MatrixOne's error numbers to this library's error classes.
 *
 * Nearly every error has sqlState `HY000`, and 20101, 20301 and 1105 stand for dozens of situations
 * (facts measured on 4.2.0, 4.1.4 and 3.0.14), so a row may also ask for a message. The first row
 * that fits wins.
 */
import {
  AccessDeniedError,
  CheckViolationError,
  DataError,
  DeadlockError,
  DuplicateObjectError,
  ForeignKeyViolationError,
  LockWaitTimeoutError,
  type MatrixOneErrorDetails,
  NotNullViolationError,
  PrivilegeError,
  QueryCancelledError,
  ServerError,
  SqlSyntaxError,
  UniqueViolationError,
  UnknownObjectError,
  UnknownOutcomeError,
  UnsupportedError,
  VectorDimensionError,
} from '../errors.js'

type ErrorClass = new (message: string, details: MatrixOneErrorDetails) => Error

interface ErrnoRow {
  readonly errno: number | readonly number[]
  readonly message?: RegExp
  readonly error: ErrorClass
  /** Whether repeating the whole transaction can succeed. */
  readonly retryable?: true
  /** Whether the server has ended the transaction and left the session in autocommit. */
  readonly endsTransaction?: true
}

/** Deadlocks and lock-table changes; 20701 seen live, its neighbours read in the server's source. */
const DEADLOCKS = [20701, 20702, 20703, 20704, 20705, 20706, 20707, 20708, 20709, 20710]

/** Conflicts of optimistic transactions and dead nodes, read in the server's source. */
const CONFLICTS = [20502, 20504, 20505, 20634]

/** Read in the server's source: the statement may be repeated in a new transaction. */
const RETRYABLE_CONFLICTS = [20619, 20628, 20630, 20631]

/**
 * Go's own words for a socket between two nodes of which one died: `writeto tcp4 a->b: read tcp4 …:
 * connection reset by peer` (4.2.0, a lock whose owner was killed).
 */
const LOST_NODE = /\b(?:read|write|writeto|dial) (?:tcp|unix)\d? /

/**
 * A delete whose rows a merge of blocks has moved meanwhile, and which the server did not find again:
 * nothing was written (4.2.0, DROP ACCOUNT, once in 40 runs of this package's tests).
 */
const MOVED_ROWS = /^(?:internal error: )?transfer rowids failed/

const ROWS: readonly ErrnoRow[] = [
  { errno: 1205, error: LockWaitTimeoutError, retryable: true, endsTransaction: true },
  // 3.0.14: the transaction and its rows survive, so it is not poisoned.
  { errno: 20400, message: /lock timeout/i, error: LockWaitTimeoutError, retryable: true },
  { errno: DEADLOCKS, error: DeadlockError, retryable: true, endsTransaction: true },
  { errno: CONFLICTS, error: ServerError, retryable: true, endsTransaction: true },
  // TxnUnknown: KILL CONNECTION met COMMIT; mostly it was committed, or will be in a moment (4.2.0).
  { errno: 20638, error: UnknownOutcomeError, endsTransaction: true },
  { errno: RETRYABLE_CONFLICTS, error: ServerError, retryable: true },
  { errno: 1105, message: LOST_NODE, error: ServerError, retryable: true },
  { errno: 20101, message: MOVED_ROWS, error: ServerError, retryable: true },
  { errno: 1062, error: UniqueViolationError },
  { errno: [1216, 1217, 1451, 1452], error: ForeignKeyViolationError },
  { errno: 20101, message: /foreign key constraint fails/i, error: ForeignKeyViolationError },
  { errno: 3819, message: /cannot be null/i, error: NotNullViolationError },
  { errno: 3819, message: /check constraint/i, error: CheckViolationError },
  { errno: 3819, message: /duplicate column/i, error: DuplicateObjectError },
  { errno: 20301, message: /vector dimension|different dimensions/i, error: VectorDimensionError },
  { errno: 20301, message: /ambiguous column/i, error: SqlSyntaxError },
  { errno: [1242, 1264, 1265, 1365, 1366, 1406, 1690, 3685, 10109, 20203], error: DataError },
  {
    errno: 20101,
    // `scalar subquery returns more than 1 row` is 1242 on 4.2.0.
    message:
      /can't cast|is not in (?:enum|set)|malformed vector|error while casting|returns more than 1 row/i,
    error: DataError,
  },
  {
    errno: 20301,
    message: /column .* does not exist|missing from-clause/i,
    error: UnknownObjectError,
  },
  {
    errno: 20301,
    message: /cannot insert\/update\/delete from (?:view|external table)/,
    error: UnsupportedError,
  },
  { errno: 20301, message: /invalid input/i, error: DataError },
  // A SELECT from a missing table is reported as a syntax error.
  { errno: 1064, message: /table ".*" does not exist/i, error: UnknownObjectError },
  // A statement that contradicts itself is one that the server cannot read, as 1064 is.
  { errno: [1064, 1136, 1149, 1210, 1221, 1241, 1248, 1353], error: SqlSyntaxError },
  { errno: 1105, message: /^You have an error in your SQL syntax/, error: SqlSyntaxError },
  {
    errno: [1008, 1046, 1049, 1054, 1072, 1091, 1122, 1146, 1176, 1356, 20405],
    error: UnknownObjectError,
  },
  { errno: 20400, message: /does not exist/i, error: UnknownObjectError },
  {
    errno: 20101,
    message:
      /column '.*' not found|not found index|variable does not exist|find 0 snapshot records/i,
    error: UnknownObjectError,
  },
  {
    errno: 20101,
    message: /does(?:n't|'t| not) exist|can't drop '|unknown connection id|not existed/i,
    error: UnknownObjectError,
  },
  { errno: 20101, message: /\balready exists\b|the \w+ \S+ exists$/i, error: DuplicateObjectError },
  { errno: [1007, 1050, 1060, 1061, 1517, 13180], error: DuplicateObjectError },
  { errno: 1045, error: AccessDeniedError },
  {
    errno: 20101,
    message: /there is no (user|tenant|role)|invalid user name|check password/i,
    error: AccessDeniedError,
  },
  { errno: [1044, 1142, 1227], error: PrivilegeError },
  { errno: 20101, message: /do not have privilege/i, error: PrivilegeError },
  { errno: 1105, message: /context cancell?ed/i, error: QueryCancelledError },
  { errno: 1317, error: QueryCancelledError },
  // Go's own words for a text that is not a value of its type.
  {
    errno: 1105,
    message: /^(?:strconv\.|invalid UUID|error parsing regexp|parsing time |unknown time zone)/,
    error: DataError,
  },
  // 20313 on 4.x.
  { errno: 20101, message: /do not support update primary key/i, error: UnsupportedError },
  // 20102 `not yet implemented`, 20105 `not supported`, 20313 `unsupported DML`.
  { errno: [20102, 20105, 20313], error: UnsupportedError },
]

const BY_ERRNO = new Map<number, ErrnoRow[]>()
for (const row of ROWS) {
  for (const errno of typeof row.errno === 'number' ? [row.errno] : row.errno) {
    BY_ERRNO.set(errno, [...(BY_ERRNO.get(errno) ?? []), row])
  }
}

function findRow(errno: number, message: string): ErrnoRow | undefined {
  return BY_ERRNO.get(errno)?.find((row) => row.message === undefined || row.message.test(message))
}

/**
 * Makes the typed error for an error packet of the server.
 *
 * @param said the server's own message, when `message` is a redacted one
 */
export function createServerError(
  errno: number,
  message: string,
  details: MatrixOneErrorDetails,
  said = message,
): Error {
  const row = findRow(errno, said)
  const Class: ErrorClass = row?.error ?? ServerError
  return new Class(message, { ...details, errno, retryable: row?.retryable ?? false })
}

/**
 * Tells whether this error ended the transaction on the server: after 1205 and 20701 the session is
 * in autocommit and a later ROLLBACK undoes nothing (seen on 4.2.0 and 4.1.4).
 */
export function endsTransaction(errno: number | undefined, message: string): boolean {
  return errno !== undefined && findRow(errno, message)?.endsTransaction === true
}

/** Tells whether one node of the server lost another one, which leaves the outcome of a COMMIT unknown. */
export function losesNode(errno: number | undefined, message: string): boolean {
  return errno === 1105 && LOST_NODE.test(message)
}
