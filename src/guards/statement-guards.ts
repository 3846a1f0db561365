/**
 * Inside a transaction MatrixOne commits at any `SET`, `LOCK TABLES` or nested `BEGIN` and goes on
 * in autocommit, so that a later rollback undoes nothing; `SAVEPOINT` does nothing and `ROLLBACK TO`
 * undoes the previous statement (seen on 3.0.14, 4.1.4 and 4.2.0). Stacked statements always run.
 * So such statements never leave the client.
 */
import { GuardError } from '../errors.js'
import { analyzeSql } from '../sql/analyze-sql.js'
import { applyGuard, type ResolvedGuards } from './guards.js'
import { guardTimeHints } from './time-hint.js'

const COMMITTING = new Set(['SET', 'LOCK', 'UNLOCK', 'BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'END'])
const SAVEPOINTS = new Set(['SAVEPOINT', 'RELEASE'])

/** Refuses what the guards are set against; `transaction` says that kysely has one open here. */
export function guardStatement(sql: string, transaction: boolean, guards: ResolvedGuards): void {
  const { statements } = analyzeSql(sql)
  if (statements.length > 1) {
    applyGuard(guards.stackedStatements, () => stackedStatements(statements.length))
  }
  guardTimeHints(sql, guards.timeHint)
  if (!transaction) return
  for (const { keywords, text } of statements) {
    const keyword = keywords[0] ?? ''
    if (SAVEPOINTS.has(keyword) || (keyword === 'ROLLBACK' && keywords.includes('TO'))) {
      applyGuard(guards.savepoint, () => savepoint(keyword))
    } else if (COMMITTING.has(keyword)) {
      applyGuard(guards.implicitCommit, () => implicitCommit(keyword, text))
    }
  }
}

function stackedStatements(count: number): Error {
  return new GuardError(
    `This text holds ${count} statements. MatrixOne runs all of them, so a value that ends up in ` +
      'the text could add one. Send them one by one, or allow it: ' +
      "new MatrixOne({ guards: { stackedStatements: 'off' } }). Guard: stackedStatements.",
    { guard: 'stackedStatements' },
  )
}

function savepoint(keyword: string): Error {
  return new GuardError(
    `${keyword} would not do what it says: MatrixOne has no savepoints, SAVEPOINT does nothing and ` +
      'ROLLBACK TO undoes the previous statement. Use separate transactions. Guard: savepoint.',
    { guard: 'savepoint' },
  )
}

function implicitCommit(keyword: string, text: string): Error {
  if (keyword === 'SET') {
    const variable = /^\W*set\s+(?:session\s+|local\s+|@@session\.|@@)?([\w@.]+)/i.exec(text)?.[1]
    return new GuardError(
      `SET ${variable ?? ''} would commit this transaction: MatrixOne ends a transaction at any SET.\n` +
        'Set it when the connection is made: ' +
        `new MatrixOne({ hooks: [setSession({ ${variable ?? 'probe_limit'}: … })] }).\n` +
        'Guard: implicitCommit.',
      { guard: 'implicitCommit' },
    )
  }
  return new GuardError(
    `${keyword} would end this transaction behind kysely's back. ` +
      (keyword === 'LOCK' || keyword === 'UNLOCK'
        ? 'MatrixOne commits at LOCK TABLES and UNLOCK TABLES; rows are locked by FOR UPDATE.'
        : 'Return or throw from transaction().execute(), or call commit() and rollback() of a ' +
          'controlled transaction.') +
      ' Guard: implicitCommit.',
    { guard: 'implicitCommit' },
  )
}
