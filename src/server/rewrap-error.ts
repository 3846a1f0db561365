import { MatrixOneError, type MatrixOneErrorDetails } from '../errors.js'

/** A class of this library's errors that needs no details of its own. */
export type MatrixOneErrorClass<E extends MatrixOneError = MatrixOneError> = new (
  message: string,
  details: MatrixOneErrorDetails,
) => E

/**
 * Reports the same failure by another class or in other words. The server's details (errno, code,
 * whether it can be retried) are kept, and `error` becomes the cause.
 *
 * @param changes details that differ from those of `error`; `{ cause: undefined }` leaves the cause out
 */
export function rewrap<E extends MatrixOneError>(
  error: MatrixOneError,
  ErrorClass: MatrixOneErrorClass<E>,
  message: string,
  changes: MatrixOneErrorDetails = {},
): E {
  return new ErrorClass(message, { ...detailsOf(error), ...changes })
}

/** The details of another error for one that it caused: the server's, and itself as the cause. */
export function detailsOf(cause: unknown): MatrixOneErrorDetails {
  if (!(cause instanceof MatrixOneError)) return { cause }
  const { errno, sqlState, code, sql, retryable } = cause
  return { cause, errno, sqlState, code, sql, retryable }
}

/** A message as a sentence, for another behind it: the server's have no full stop. */
export function asSentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
