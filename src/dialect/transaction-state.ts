import {
  ConnectionError,
  LoadDataError,
  MatrixOneError,
  TransactionAbortedError,
  UnknownOutcomeError,
} from '../errors.js'
import type { OkReply } from '../connection/mysql2/reply.js'
import { endsTransaction } from '../server/errno.js'
import { analyzeSql } from '../sql/analyze-sql.js'
import { abortedTransaction, endingTransaction, unknownOutcome } from './transaction-errors.js'

/** Verbs that change nothing: a lost answer to them leaves no doubt about the data. */
const READING = new Set(['SELECT', 'SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC', 'WITH', 'USE', 'SET', ''])

/** State of the transaction on one connection, kept by the answers of the server. */
export class TransactionState {
  #state: 'none' | 'open' | 'aborted' | 'ending' = 'none'
  #abortedBy: unknown

  get isNone(): boolean {
    return this.#state === 'none'
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Notes that a transaction is open. */
  open(): void {
    this.#state = 'open'
  }

  /** Notes that COMMIT or ROLLBACK is on its way. */
  end(): void {
    this.#state = 'ending'
  }

  /** Notes that the transaction is over. */
  close(): void {
    this.#state = 'none'
    this.#abortedBy = undefined
  }

  /** Notes that the server has none any more, although neither COMMIT nor ROLLBACK was sent. */
  abort(cause: unknown): void {
    if (this.#state !== 'open') return
    this.#state = 'aborted'
    this.#abortedBy = cause
  }

  /** @throws {TransactionAbortedError} when a statement would run outside of its transaction */
  assertUsable(): void {
    if (this.#state === 'ending') throw endingTransaction()
    if (this.#state === 'aborted') throw abortedTransaction(this.#abortedBy)
  }

  /** Notes what the server says itself: a statement that leaves no transaction open was autocommitted. */
  noteReply(reply: OkReply, sql: string): void {
    if (this.#state !== 'open' || reply.inTransaction) return
    this.abort(
      new TransactionAbortedError(
        'The server said that no transaction was open after this statement, which it therefore ' +
          'committed at once.',
        { sql },
      ),
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
    // The rows that had arrived of a load can only be undone together with the whole transaction.
    if (error instanceof LoadDataError || endsTransaction(error.errno, error.message)) {
      this.abort(error)
    }
    const isLost = error instanceof ConnectionError && !(error instanceof UnknownOutcomeError)
    return isLost && this.#state === 'none' && writes(sql)
      ? unknownOutcome('the statement', error)
      : error
  }
}

function writes(sql: string): boolean {
  return analyzeSql(sql).statements.some(({ keyword }) => !READING.has(keyword))
}
