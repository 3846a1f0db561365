import { ConnectionError, MatrixOneError } from '../../errors.js'
import { createServerError } from '../../server/errno.js'
import { scanSql } from '../../sql/analyze-sql.js'
import { redactLiterals } from '../../sql/redact.js'
import { hideSentValues, redactMessage } from '../../sql/redact-message.js'
import { writingVerbs } from '../../sql/verbs.js'

/** The fields that mysql2 puts on its errors. */
interface DriverError extends Error {
  readonly code?: string
  readonly errno?: number
  readonly sqlState?: string
  readonly fatal?: boolean
  sql?: string
  sqlMessage?: string
}

/** mysql2's messages, which have no code, about a connection or pool that is closed. */
const CLOSED = /closed state|Pool is closed/

/** Codes of a socket that broke, as opposed to an error packet of the server. */
const SOCKET_CODES = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'PROTOCOL_UNEXPECTED_PACKET',
  'PROTOCOL_PACKETS_OUT_OF_ORDER',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** Whether errors hold the values of the statement that failed. */
export type ErrorValues = 'redacted' | 'shown'

/**
 * Turns an error of mysql2 into one of this library. mysql2's own error stays as `cause`, with the
 * values taken out of it: its `sql` holds the text with every value, its message repeats some.
 *
 * @param sql the text that was sent, with its values in place
 */
export function fromDriverError(
  error: Error,
  sql?: string,
  values: ErrorValues = 'redacted',
): Error {
  if (error instanceof MatrixOneError) return error
  const said = error.message
  const isShown = values === 'shown'
  const cause: DriverError = isShown ? error : redactDriverError(error, sql)
  const { code, errno, sqlState, fatal, message } = cause
  const text = sql === undefined || isShown ? sql : redactLiterals(sql)
  const details = { cause, code, errno, sqlState, sql: text }
  const broken = fatal === true || SOCKET_CODES.has(code ?? '') || CLOSED.test(message)
  if (errno !== undefined && errno > 0 && !SOCKET_CODES.has(code ?? '')) {
    // Classed by the server's own words: a value may have one of them, and is cut out.
    return createServerError(errno, message, details, said)
  }
  return broken ? new ConnectionError(message, details) : new MatrixOneError(message, details)
}

/**
 * A statement that makes the server panic (a NaN in a vector index, an INSERT into a child table
 * with a vector or full-text index; 4.2.0) is answered with the server's whole Go stack.
 */
function withoutServerStack(message: string): string {
  const [first = message] = message.split(/:?\s*\n/, 1)
  return /\bpanic\b/.test(first)
    ? `${first}. MatrixOne failed on this statement and keeps running; its stack is left out.`
    : message
}

function redactDriverError(error: DriverError, sql: string | undefined): DriverError {
  const message = redactMessage(withoutServerStack(error.message), sql)
  if (message !== error.message) {
    error.stack = (error.stack ?? '').replace(error.message, () => message)
    error.message = message
  }
  if (error.sql !== undefined) error.sql = redactLiterals(error.sql)
  if (error.sqlMessage !== undefined) error.sqlMessage = message
  return error
}

/**
 * An error of the reader, without the values of the statement in the column's name. A statement that
 * returns rows it has written was carried out before they were read.
 */
export function explainUnreadable(
  error: unknown,
  sql: string,
  errorValues: ErrorValues = 'redacted',
): unknown {
  if (!(error instanceof MatrixOneError)) return error
  const { message, stack = '' } = error
  const redacted =
    errorValues === 'shown'
      ? message
      : message.replace(
          /^Column ("(?:[^"\\]|\\.)*")/s,
          (_, name: string) => `Column ${hideSentValues(name, sql)}`,
        )
  const verb = scanSql(sql).statements[0]?.keyword ?? ''
  const explained = writingVerbs.has(verb)
    ? `${redacted} The ${verb} itself was carried out; only the rows that it returns could not be read.`
    : redacted
  error.message = explained
  error.stack = stack.replace(message, () => explained)
  return error
}
