/**
 * MatrixOne honours NO_BACKSLASH_ESCAPES and ANSI_QUOTES (4.2.0). Under the first, a backslash that
 * was escaped for it arrives twice; under both, what is text and what is SQL differs from what the
 * client scanned, so a value could become SQL.
 */
import { analyzeSql } from '../sql/analyze-sql.js'
import { capabilitiesOf } from '../server/capabilities.js'
import { parseServerVersion } from '../server/server-version.js'
import { applyGuard, type GuardAction } from './guards.js'

/** `ANSI` is stored as `ANS` and no quotes change (4.2.0), but a fixed server would honour it. */
const UNSAFE = new Set(['NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES', 'ANSI', 'ANS'])

/**
 * Refuses a SET of such a mode that is on its way.
 *
 * @param written the text with its placeholders, whose analysis is known already
 * @param sent the text with its values
 */
export function guardSqlMode(written: string, sent: string, action: GuardAction): void {
  if (!analyzeSql(written).statements.some(({ keyword }) => keyword === 'SET')) return
  if (!/sql_mode/i.test(sent)) return
  guardModeNames(sent.match(/\w+/g) ?? [], action)
}

/** Refuses a session that has such a mode, on a server that honours it. */
export function guardSessionMode(serverVersion: string, mode: unknown, action: GuardAction): void {
  const { quotingModesHonoured } = capabilitiesOf(parseServerVersion(serverVersion))
  if (quotingModesHonoured) guardModeNames(String(mode).split(','), action)
}

/** Refuses names of modes, one of which changes how literals are read. */
export function guardModeNames(names: readonly string[], action: GuardAction): void {
  const unsafe = names.map((name) => name.trim()).find((name) => UNSAFE.has(name.toUpperCase()))
  if (unsafe === undefined) return
  applyGuard(
    'sqlMode',
    action,
    () =>
      `sql_mode ${unsafe} changes how text is quoted: values that this client escapes would arrive ` +
      'changed, or become SQL. Leave it out.',
  )
}
