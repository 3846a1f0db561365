import { ConnectionError, MatrixOneError } from '../errors.js'
import { createServerError } from '../server/errno.js'
import { redactLiterals, redactMessage } from '../sql/redact.js'

/** The fields that mysql2 puts on its errors. */
interface DriverError extends Error {
  readonly code?: string
  readonly errno?: number
  readonly sqlState?: string
  readonly fatal?: boolean
}

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
 * Turns what mysql2 rejects with into this library's errors; the original stays as `cause` only when
 * it cannot hold a literal of the statement.
 */
export function fromDriverError(error: unknown, sql?: string): Error {
  if (error instanceof MatrixOneError || !(error instanceof Error)) return error as Error
  const { code, errno, sqlState, fatal } = error as DriverError
  const details = { code, sqlState, sql: sql === undefined ? undefined : redactLiterals(sql) }
  const fromServer = errno !== undefined && errno > 0 && !SOCKET_CODES.has(code ?? '')
  if (fromServer) return createServerError(errno, redactMessage(error.message), details)
  if (
    fatal === true ||
    SOCKET_CODES.has(code ?? '') ||
    /closed state|Pool is closed/.test(error.message)
  ) {
    return new ConnectionError(error.message, { ...details, errno, cause: error })
  }
  return new MatrixOneError(error.message, { ...details, errno, cause: error })
}
