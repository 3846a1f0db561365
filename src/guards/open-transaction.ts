import type { SqlStatement } from '../sql/analyze-sql.js'
import type { ResolvedGuards } from './guards.js'
import { guardImplicitCommit } from './implicit-commit.js'
import { guardSavepoint, isSavepoint } from './savepoint.js'
import type { Hold } from './session-state.js'
import { guardTransactionControl } from './transaction-control.js'

/** Where a text is sent. */
interface Place {
  readonly inTransaction: boolean
  readonly isManual?: boolean
  readonly hold: Hold
}

const OPENING = new Set(['BEGIN', 'START'])
const ENDING = new Set(['COMMIT', 'ROLLBACK'])

/** Runs the guards that depend on the transaction, which a statement of the same text may open or end. */
export function guardTransaction(
  statements: readonly SqlStatement[],
  { inTransaction, isManual = false, hold }: Place,
  guards: ResolvedGuards,
): void {
  let isOpen = inTransaction
  let isOwn = isManual || !inTransaction
  for (const one of statements) {
    const isPoint = isSavepoint(one)
    const isEnd = ENDING.has(one.keyword) && !isPoint
    guardTransactionControl(one, hold, guards.transactionControl)
    if (isPoint) guardSavepoint(one.keyword, isOpen ? guards.savepoint : 'off')
    else if (isOpen && !(isOwn && isEnd)) {
      guardImplicitCommit(one, guards.implicitCommit, isOwn)
    }
    if (OPENING.has(one.keyword)) isOpen = isOwn = true
    else if (isEnd) isOpen = false
  }
}
