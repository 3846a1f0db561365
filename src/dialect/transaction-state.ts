import {
  ConnectionError,
  LoadDataError,
  MatrixOneError,
  TransactionAbortedError,
  UnknownOutcomeError,
} from '../errors.js'
import type { SessionStatus } from '../connection/mysql2/session-status.js'
import { endsTransaction } from '../server/errno.js'
import { analyzeSql } from '../sql/analyze-sql.js'
import { isSavepoint } from '../guards/savepoint.js'
import { abortedTransaction, endingTransaction, unknownOutcome } from './transaction-errors.js'

/** Verbs that change nothing: a lost answer to them leaves no doubt about the data. */
const READING = new Set([
  'SELECT',
  'SHOW',
  'EXPLAIN',
  'DESCRIBE',
  'DESC',
  'WITH',
  'USE',
  'SET',
  'BEGIN',
  'START',
  'ROLLBACK',
  '',
])

/** The part of a connection that repeats the server's last word on it. */
type Session = Pick<SessionStatus, 'inTransaction'>

/**
 * The transaction on one connection. Whether one is open is the server's word; kept here is only what the
 * server does not say: who ends it, and that a transaction which was expected is gone.
 */
export class TransactionState {
  readonly #session: Session
  /** Who ends it: kysely's `transaction()`, or the program with a COMMIT or ROLLBACK of its own. */
  #owner: 'kysely' | 'program' = 'program'
  #stage: 'normal' | 'aborted' | 'ending' = 'normal'
  #abortedBy: unknown

  constructor(session: Session) {
    this.#session = session
  }

  /** Whether none is open that the connection's next user would inherit. */
  get isNone(): boolean {
    return this.#stage === 'normal' && this.#owner === 'program' && !this.#session.inTransaction
  }

  /** Whether one is open, also one that kysely did not begin. */
  get isOpen(): boolean {
    return this.#stage === 'normal' && (this.#owner === 'kysely' || this.#session.inTransaction)
  }

  /** Whether the program has to end it by a statement: it began it by one. */
  get isManual(): boolean {
    return this.#owner === 'program'
  }

  /** Notes that one was begun whose end is not a statement of the program. */
  open(): void {
    this.#owner = 'kysely'
    this.#stage = 'normal'
  }

  /** Notes that COMMIT or ROLLBACK is on its way. */
  end(): void {
    this.#stage = 'ending'
  }

  /** Notes that the transaction is over. */
  close(): void {
    this.#owner = 'program'
    this.#stage = 'normal'
    this.#abortedBy = undefined
  }

  /** Notes that the server has none any more, although neither COMMIT nor ROLLBACK was sent. */
  abort(cause: unknown): void {
    if (!this.isOpen) return
    this.#stage = 'aborted'
    this.#abortedBy = cause
  }

  /**
   * @param sql the statement that is about to be sent
   * @throws {TransactionAbortedError} when it would run outside of its transaction
   */
  assertUsable(sql?: string): void {
    if (this.#stage === 'ending') throw endingTransaction()
    if (this.#owner === 'kysely' && !this.#session.inTransaction) this.abort(endedElsewhere())
    if (this.#stage !== 'aborted') return
    // ROLLBACK is how the program says that it knows.
    if (this.#owner === 'program' && sql !== undefined && isRollback(sql)) return
    throw abortedTransaction(this.#abortedBy)
  }

  /**
   * Notes the server's answer to a statement: one that leaves no transaction open was committed at once.
   *
   * @param wasOpen whether one was open before it
   */
  noteReply(sql: string, wasOpen: boolean): void {
    if (this.#stage === 'aborted') {
      if (this.#owner === 'program' && isRollback(sql)) this.close()
      return
    }
    if (!wasOpen || this.#session.inTransaction || this.#stage === 'ending') return
    if (this.#owner === 'program' && ends(sql)) return
    this.#stage = 'aborted'
    this.#abortedBy = new TransactionAbortedError(
      'The server said that no transaction was open after this statement, which it therefore ' +
        'committed at once.',
      { sql },
    )
  }

  /**
   * Notes what an error means for the transaction.
   *
   * @returns the error for the caller, which says when the outcome is unknown
   */
  noteError(error: unknown, sql: string): unknown {
    if (!(error instanceof MatrixOneError)) return error
    // Made in a socket's callback, its stack would not lead to the caller.
    Error.captureStackTrace(error)
    const isLost = error instanceof ConnectionError && !(error instanceof UnknownOutcomeError)
    const isDoubtful = isLost && this.#leavesDoubt(sql)
    // The rows that had arrived of a load can only be undone together with the whole transaction.
    if (error instanceof LoadDataError || endsTransaction(error.errno, error.message)) {
      this.abort(error)
    }
    return isDoubtful ? unknownOutcome('the statement', error) : error
  }

  /** Inside a transaction only COMMIT does: all else is undone with the connection. */
  #leavesDoubt(sql: string): boolean {
    if (this.#stage !== 'normal') return false
    const { statements } = analyzeSql(sql)
    return this.isOpen
      ? this.isManual && statements.some(({ keyword }) => keyword === 'COMMIT')
      : statements.some(({ keyword }) => !READING.has(keyword))
  }
}

/** The program has ended it on the connection that it wrapped. */
function endedElsewhere(): Error {
  return new TransactionAbortedError(
    'The server says that this transaction has ended: it was committed or rolled back on its connection.',
  )
}

/** Whether a text ends a transaction by itself. */
function ends(sql: string): boolean {
  return analyzeSql(sql).statements.some(
    (one) => one.keyword === 'COMMIT' || (one.keyword === 'ROLLBACK' && !isSavepoint(one)),
  )
}

function isRollback(sql: string): boolean {
  const { statements } = analyzeSql(sql)
  const [first] = statements
  return statements.length === 1 && first?.keyword === 'ROLLBACK' && !isSavepoint(first)
}
