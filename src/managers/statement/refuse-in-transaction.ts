import { UnsupportedError } from '../../errors.js'
import type { SqlExecutor } from './execute.js'

/**
 * Refuses, before anything is sent, a statement that MatrixOne refuses inside a transaction (20101)
 * or that would commit it.
 *
 * @param statement for the message: `CREATE SNAPSHOT`
 * @param alternative what to do instead, as a sentence
 * @throws {UnsupportedError} when `db` is a transaction
 */
export function refuseInTransaction(
  db: SqlExecutor,
  statement: string,
  alternative = 'Run it on the database itself, before or after the transaction.',
): void {
  if (!db.isTransaction) return
  throw new UnsupportedError(
    `${statement} cannot run inside a transaction: MatrixOne refuses it there (20101). ${alternative}`,
  )
}
