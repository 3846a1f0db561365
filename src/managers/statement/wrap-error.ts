import { type MatrixOneError, ServerError, UnsupportedError } from '../../errors.js'
import { type MatrixOneErrorClass, rewrap } from '../../server/rewrap-error.js'

/**
 * Runs an action of a manager and turns a refusal of the server into the manager's own error, which
 * keeps errno and `retryable` and has the server's error as `cause`. Any other error (a broken
 * connection, a guard, an unsupported call) passes unchanged.
 *
 * @param what the action as an infinitive: `create snapshot friday`
 *
 * @example
 * await wrapError(SnapshotError, 'create snapshot friday', () => executeSql(db, statement))
 * // SnapshotError: Could not create snapshot friday: snapshot friday already exists
 */
export async function wrapError<T>(
  ErrorClass: MatrixOneErrorClass,
  what: string,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof ErrorClass) throw error
    if (!isRefusal(error)) throw error
    throw rewrap(error, ErrorClass, `Could not ${what}: ${reasonOf(error)}`)
  }
}

/** Also 20105 `not supported: …`, which is an `UnsupportedError` with the server's errno. */
function isRefusal(error: unknown): error is MatrixOneError {
  return (
    error instanceof ServerError || (error instanceof UnsupportedError && error.errno !== undefined)
  )
}

/** The server's complaint about SQL that it wrote itself; about ours it would be 1064. */
const brokenInside = /^You have an error in your SQL syntax/

/** The server's text without its prefix, and without the Go stack trace that a panic brings along. */
function reasonOf(error: MatrixOneError): string {
  if (error.errno === 1105 && brokenInside.test(error.message)) {
    return (
      'a name or a text broke the SQL that MatrixOne makes of it (1105). ' +
      'Name tables and databases with letters, digits and _, and avoid keywords.'
    )
  }
  const [line = ''] = error.message.split(/\n\s*(?:goroutine|runtime|panic)|\s+runtime\.gopanic/, 1)
  return line.replace(/^internal error: /, '').trim()
}
