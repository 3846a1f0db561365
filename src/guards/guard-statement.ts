import { analyzeSql } from '../sql/analyze-sql.js'
import { guardAutocommit } from './autocommit.js'
import type { ResolvedGuards } from './guards.js'
import { guardTransaction } from './open-transaction.js'
import { guardSessionState } from './session-state.js'
import { guardSqlMode } from './sql-mode.js'
import { guardStackedStatements } from './stacked-statements.js'
import { guardTimeHint } from './time-hint.js'

/** A statement on its way to the server. */
export interface GuardedStatement {
  /** With a `?` for each parameter. */
  readonly sql: string
  /** As it is sent, with its values. */
  readonly text: string
  /** Whether a transaction is open on the connection, whoever began it. */
  readonly inTransaction: boolean
  /** Whether the program began it by a statement, and so has to end it by one. */
  readonly isManual?: boolean
  /** Whether the program has the connection to itself: pinned, or in a transaction. */
  readonly isHeld: boolean
}

/**
 * Runs the guards on a statement. A plain one is exempt: a single SELECT, INSERT, UPDATE or DELETE
 * without a brace and without functions of the session (`isPlain` in `sql/analyze-sql.ts`). Nearly
 * every statement is plain, so a guard that has to see such statements changes `isPlain` first.
 *
 * @returns whether the session is another one after the statement
 * @throws {GuardError} when a guard refuses the statement
 */
export function guardStatement(statement: GuardedStatement, guards: ResolvedGuards): boolean {
  const { sql, text, isHeld } = statement
  const { isPlain, statements } = analyzeSql(sql)
  if (isPlain) return false
  guardStackedStatements(statements, guards.stackedStatements)
  guardTimeHint(sql, guards.timeHint)
  guardTransaction(statements, statement, guards)
  guardAutocommit(statements, text, guards.autocommit)
  guardSqlMode(sql, text, guards.sqlMode)
  return guardSessionState(sql, isHeld, guards.sessionState)
}
