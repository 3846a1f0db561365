import { ConnectionError, MatrixOneError } from '../../errors.js'
import { createServerError } from '../../server/errno.js'
import { redactLiterals, redactMessage } from '../../sql/redact.js'

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

/**
 * Turns an error of mysql2 into one of this library. mysql2's own error stays as `cause`,
 * with the statement's literals taken out of it: its `sql` holds the text with every value.
 */
export function fromDriverError(error: Error, sql?: string): Error {
  if (error instanceof MatrixOneError) return error
  const cause = redactDriverError(error)
  const { code, errno, sqlState, fatal, message } = cause
  const redacted = sql === undefined ? undefined : redactLiterals(sql)
  const details = { cause, code, errno, sqlState, sql: redacted }
  const broken = fatal === true || SOCKET_CODES.has(code ?? '') || CLOSED.test(message)
  if (errno !== undefined && errno > 0 && !SOCKET_CODES.has(code ?? '')) {
    return createServerError(errno, message, details)
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

function redactDriverError(error: DriverError): DriverError {
  const message = redactMessage(withoutServerStack(error.message))
  if (message !== error.message) {
    error.stack = (error.stack ?? '').replace(error.message, () => message)
    error.message = message
  }
  if (error.sql !== undefined) error.sql = redactLiterals(error.sql)
  if (error.sqlMessage !== undefined) error.sqlMessage = message
  return error
}
