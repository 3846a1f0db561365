/**
 * MatrixOne has no savepoints: SAVEPOINT does nothing, and ROLLBACK TO undoes the previous statement
 * (3.0.14 to 4.2.0).
 */
import type { SqlStatement } from '../sql/analyze-sql.js'
import { applyGuard, type GuardAction } from './guards.js'

/** Whether a statement sets, releases or rolls back to a savepoint. */
export function isSavepoint({ keyword, keywords }: SqlStatement): boolean {
  return (
    keyword === 'SAVEPOINT' ||
    keyword === 'RELEASE' ||
    (keyword === 'ROLLBACK' && keywords.includes('TO'))
  )
}

/**
 * Refuses a savepoint.
 *
 * @param subject the statement or the method that would do nothing
 */
export function guardSavepoint(subject: string, action: GuardAction): void {
  applyGuard(
    'savepoint',
    action,
    () =>
      `${subject} would not do what it says: MatrixOne has no savepoints, SAVEPOINT does nothing and ` +
      'ROLLBACK TO undoes the previous statement (3.0.14 to 4.2.0). Use separate transactions.',
  )
}
