/**
 * MatrixOne honours NO_BACKSLASH_ESCAPES and ANSI_QUOTES (4.2.0). Under the first, a backslash that
 * was escaped for it arrives twice; under both, what is text and what is SQL differs from what the
 * client scanned, so a value could become SQL.
 */
import { GuardError } from '../errors.js'
import { capabilitiesOf } from '../server/capabilities.js'
import { parseServerVersion } from '../server/server-version.js'
import { analyzeSql } from '../sql/analyze-sql.js'

/** `ANSI` is stored as `ANS` and no quotes change (4.2.0), but a fixed server would honour it. */
const UNSAFE = new Set(['NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES', 'ANSI', 'ANS'])

/**
 * Checks what a session says of itself, where its server goes by it.
 *
 * @throws {GuardError} when its mode changes how literals are read
 */
export function checkSessionMode(serverVersion: string, mode: unknown): void {
  const { quotingModesHonoured } = capabilitiesOf(parseServerVersion(serverVersion))
  if (quotingModesHonoured) refuseUnsafeMode(String(mode))
}

/** @throws {GuardError} when the mode would change how literals are read */
export function refuseUnsafeMode(mode: string): void {
  const unsafe = mode
    .split(',')
    .map((name) => name.trim())
    .find((name) => UNSAFE.has(name.toUpperCase()))
  if (unsafe === undefined) return
  throw new GuardError(
    `sql_mode ${unsafe} changes how text is quoted: values that this client escapes would arrive ` +
      'changed, or become SQL. Leave it out. Guard: sqlMode.',
    { guard: 'sqlMode' },
  )
}

/**
 * Refuses a SET that is on its way with such a mode, whoever wrote it.
 *
 * @param written the text with its placeholders, which is known from earlier times
 * @param sent the text with its values
 * @throws {GuardError} when it sets such a mode
 */
export function guardSqlMode(written: string, sent: string): void {
  const { isPlain, statements } = analyzeSql(written)
  if (isPlain || !statements.some(({ keyword }) => keyword === 'SET')) return
  if (!/sql_mode/i.test(sent)) return
  refuseUnsafeMode((sent.match(/\w+/g) ?? []).join(','))
}
