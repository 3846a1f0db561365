/**
 * Inside a transaction MatrixOne commits at any `SET`, `LOCK TABLES` or nested `BEGIN` and goes on in
 * autocommit, so that a later rollback undoes nothing (3.0.14, 4.1.4 and 4.2.0). EXECUTE of a prepared
 * SET does the same, and CALL runs the procedure in a transaction of its own, which is not rolled back
 * and waits for the rows that the open one has locked (4.2.0). So such a statement never leaves the
 * client while a transaction is open, by kysely or by a BEGIN of the program.
 */
import type { SqlStatement } from '../sql/analyze-sql.js'
import { applyGuard, type GuardAction } from './guards.js'

const COMMITTING = new Set(
  'SET LOCK UNLOCK BEGIN START COMMIT ROLLBACK END EXECUTE CALL'.split(' '),
)

/**
 * Refuses a statement that would commit the transaction that is open.
 *
 * @param isManual whether the program began it by a statement
 */
export function guardImplicitCommit(
  statement: SqlStatement,
  action: GuardAction,
  isManual = false,
): void {
  if (!COMMITTING.has(statement.keyword)) return
  applyGuard('implicitCommit', action, () => explain(statement, isManual))
}

/** Refuses `transaction()` where the program has begun one by a statement, which it would commit. */
export function guardNestedBegin(action: GuardAction): void {
  applyGuard(
    'implicitCommit',
    action,
    () =>
      'BEGIN would commit the transaction that is open on this connection already. Send COMMIT or ' +
      'ROLLBACK first, or begin it with transaction() too.',
  )
}

function explain(statement: SqlStatement, isManual: boolean): string {
  switch (statement.keyword) {
    case 'SET':
      return explainSet(statement)
    case 'EXECUTE':
      return (
        'EXECUTE in a transaction may commit it: of a prepared statement nothing shows what it is, and ' +
        'MatrixOne commits at a prepared SET. Send the statement itself.'
      )
    case 'CALL':
      return (
        'CALL would run outside of this transaction: MatrixOne gives a procedure a transaction of its ' +
        'own, which no rollback undoes. Call it on the database, or send its statements one by one.'
      )
    default:
      return explainEnd(statement, isManual)
  }
}

function explainSet({ text }: SqlStatement): string {
  const variable = /^\W*set\s+(?:session\s+|local\s+|@@session\.|@@)?([\w@.]+)/i.exec(text)?.[1]
  return (
    `SET ${variable ?? ''} would commit this transaction: MatrixOne ends a transaction at any SET.\n` +
    'Set it when the connection is made: ' +
    `new MatrixOne({ hooks: [setSession({ ${variable ?? 'probe_limit'}: … })] }).`
  )
}

function explainEnd({ keyword }: SqlStatement, isManual: boolean): string {
  const isLock = keyword === 'LOCK' || keyword === 'UNLOCK'
  if (isManual) {
    return isLock
      ? `${keyword} TABLES would commit this transaction. Lock rows with FOR UPDATE.`
      : `${keyword} would commit this transaction. Send COMMIT or ROLLBACK first.`
  }
  const advice = isLock
    ? 'MatrixOne commits at LOCK TABLES and UNLOCK TABLES; lock rows with FOR UPDATE.'
    : 'Return or throw from transaction().execute(), or call commit() or rollback() of a ' +
      'controlled transaction.'
  return `${keyword} would end this transaction behind kysely's back. ${advice}`
}
