/**
 * With autocommit off MatrixOne answers each write with OK and keeps it in a transaction that only
 * COMMIT makes last. A connection that goes back to the pool never gets one, so all its writes would be
 * undone (3.0.14 to 4.2.0). So nothing may switch it off.
 */
import { ValueError } from '../errors.js'
import type { SqlStatement } from '../sql/analyze-sql.js'
import { applyGuard, type GuardAction } from './guards.js'

/** Values that plainly switch it on; `1 - 1`, `@x` and `'0'` are read by the server alone. */
const ON = /^(?:1|on|true|'on'|'1'|"on"|"1")$/i

/** An assignment to the session's variable, in the text of a SET. */
const ASSIGNMENT = /([\w@`.]*\s*)\bautocommit`?\s*:?=\s*([^,;]*)/gi

const WAY =
  'Every write would be undone when the connection goes back to the pool. Use ' +
  'db.transaction().execute(async (trx) => { … }) for statements that belong together.'

/** Refuses a SET that may switch it off. */
export function guardAutocommit(
  statements: readonly SqlStatement[],
  sent: string,
  action: GuardAction,
): void {
  if (!/autocommit/i.test(sent) || !statements.some(({ keyword }) => keyword === 'SET')) return
  for (const [, scope = '', value = ''] of sent.matchAll(ASSIGNMENT)) {
    if (/\bglobal\b/i.test(scope) || ON.test(value.trim())) continue
    applyGuard('autocommit', action, () => `This SET may switch autocommit off. ${WAY}`)
  }
}

/** Refuses a session in which it is off after a statement, however it came to that. */
export function guardAutocommitOff(action: GuardAction): void {
  applyGuard(
    'autocommit',
    action,
    () =>
      'Autocommit is off in this session, so the statement was not committed; the connection was ' +
      `closed, which undoes it. ${WAY}`,
  )
}

/** @throws {ValueError} when session variables of a hook would switch it off */
export function refuseAutocommitOff(value: string | number | boolean): void {
  if (value === true || ON.test(String(value))) return
  throw new ValueError(
    `setSession({ autocommit }) can only be 1, got ${JSON.stringify(value)}. ${WAY}`,
  )
}
