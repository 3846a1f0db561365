/**
 * Sends a statement that carries a password, so that no error repeats it: mysql2 puts the whole text
 * on its errors, and the server quotes what it could not read. The password is a parameter, because
 * kysely's own logger prints a statement's text.
 */
import { MatrixOneError } from '../../errors.js'
import { type MatrixOneErrorClass, rewrap } from '../../server/rewrap-error.js'
import { redactLiterals } from '../../sql/redact.js'
import { redactMessage } from '../../sql/redact-message.js'
import { executeSql, type SqlExecutor } from './execute.js'

/**
 * Runs one statement whose parameters are secrets.
 *
 * @param secrets what must not show up in a message, besides the parameters
 */
export async function executeSecret(
  db: SqlExecutor,
  sql: string,
  parameters: readonly string[],
  secrets: readonly string[] = [],
): Promise<void> {
  try {
    await executeSql(db, sql, parameters)
  } catch (error) {
    throw error instanceof Error ? withoutSecrets(error, sql, [...parameters, ...secrets]) : error
  }
}

/** The same error with neither cause nor text that could hold a secret. */
function withoutSecrets(error: Error, sql: string, secrets: readonly string[]): Error {
  let message = redactMessage(error.message)
  // Longest first: a password may contain another.
  for (const secret of secrets
    .filter((each) => each !== '')
    .toSorted((a, b) => b.length - a.length)) {
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
      message = message.replaceAll(form, '?')
    }
  }
  if (!(error instanceof MatrixOneError)) return new MatrixOneError(message)
  const ErrorClass = error.constructor as MatrixOneErrorClass
  return rewrap(error, ErrorClass, message, { cause: undefined, sql: redactLiterals(sql) })
}
