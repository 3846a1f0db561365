import {
  MatrixOneError,
  TransactionAbortedError,
  TransactionTimeoutError,
  UnknownOutcomeError,
} from '../errors.js'

/** A statement of a transaction that is gone already. */
export function abortedTransaction(cause: unknown): Error {
  const expired = !(cause instanceof MatrixOneError) || cause instanceof TransactionTimeoutError
  return new TransactionAbortedError(
    expired
      ? 'This transaction was rolled back, because its time was over or its signal was aborted (see cause).'
      : 'MatrixOne has ended this transaction; nothing more is sent, because it would be committed ' +
          'at once. Rethrow the error that ended it (see cause) and retry the whole transaction.',
    { cause, retryable: cause instanceof MatrixOneError && cause.retryable },
  )
}

/** Of several statements at once one failed; the others would be committed after the rollback. */
export function endingTransaction(): Error {
  return new TransactionAbortedError(
    'This transaction is being committed or rolled back; the statement was not sent, because it ' +
      'would be committed on its own. Await every statement before the transaction ends.',
  )
}

/** The handle of a pinned connection was used after its callback. */
export function endedPin(): Error {
  return new MatrixOneError(
    'This connection was pinned for a callback that has ended, and is used by others now; the ' +
      'statement was not sent. Await every statement before the callback returns.',
  )
}

/** The answer was lost to something that may have taken effect. */
export function unknownOutcome(what: string, cause: MatrixOneError): Error {
  return new UnknownOutcomeError(
    `The connection broke after ${what} was sent and before the answer came: it may or may not ` +
      'have taken effect, or take effect a moment later. Wait a second and look at the data before ' +
      'doing it again.',
    { cause, code: cause.code, sql: cause.sql },
  )
}
