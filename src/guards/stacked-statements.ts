import type { SqlStatement } from '../sql/analyze-sql.js'
import { applyGuard, type GuardAction } from './guards.js'

/**
 * Refuses a text of several statements: MatrixOne always runs all of them, whatever the driver's
 * option `multipleStatements` says (3.0.14 to 4.2.0), so a value in the text could add one.
 */
export function guardStackedStatements(
  { length }: readonly SqlStatement[],
  action: GuardAction,
): void {
  if (length <= 1) return
  applyGuard(
    'stackedStatements',
    action,
    () =>
      `This text holds ${length} statements. MatrixOne runs all of them, so a value that ends up in ` +
      'the text could add one. Send them one by one, or allow it: ' +
      "new MatrixOne({ guards: { stackedStatements: 'off' } }).",
  )
}
