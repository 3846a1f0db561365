/**
 * Inside a transaction MatrixOne commits at any `SET`, `LOCK TABLES` or nested `BEGIN` and goes on in
 * autocommit, so that a later rollback undoes nothing (3.0.14, 4.1.4 and 4.2.0). So such a statement
 * never leaves the client while kysely has a transaction open.
 */
import type { SqlStatement } from '../sql/analyze-sql.js'
import { applyGuard, type GuardAction } from './guards.js'

const COMMITTING = new Set(['SET', 'LOCK', 'UNLOCK', 'BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'END'])

/** Refuses a statement that would commit the transaction that is open. */
export function guardImplicitCommit(statement: SqlStatement, action: GuardAction): void {
  if (!COMMITTING.has(statement.keyword)) return
  applyGuard('implicitCommit', action, () =>
    statement.keyword === 'SET' ? explainSet(statement) : explainEnd(statement),
  )
}

function explainSet({ text }: SqlStatement): string {
  const variable = /^\W*set\s+(?:session\s+|local\s+|@@session\.|@@)?([\w@.]+)/i.exec(text)?.[1]
  return (
    `SET ${variable ?? ''} would commit this transaction: MatrixOne ends a transaction at any SET.\n` +
    'Set it when the connection is made: ' +
    `new MatrixOne({ hooks: [setSession({ ${variable ?? 'probe_limit'}: … })] }).`
  )
}

function explainEnd({ keyword }: SqlStatement): string {
  const advice =
    keyword === 'LOCK' || keyword === 'UNLOCK'
      ? 'MatrixOne commits at LOCK TABLES and UNLOCK TABLES; lock rows with FOR UPDATE.'
      : 'Return or throw from transaction().execute(), or call commit() or rollback() of a ' +
        'controlled transaction.'
  return `${keyword} would end this transaction behind kysely's back. ${advice}`
}
