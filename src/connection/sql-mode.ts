/**
 * MatrixOne honours NO_BACKSLASH_ESCAPES and ANSI_QUOTES (4.2.0). Under the first, a backslash that
 * was escaped for it arrives twice; under both, what is text and what is SQL differs from what the
 * client scanned, so a value could become SQL. Every connection is therefore set to its server's
 * mode without them: in the one SET of the set-up, which costs no round trip.
 */
import { GuardError } from '../errors.js'
import type { PhysicalConnection } from './physical-connection.js'
import { selectRows } from './hook-connection.js'

/** `ANSI` is stored as `ANS` and no quotes change (4.2.0), but a fixed server would honour it. */
const UNSAFE = new Set(['NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES', 'ANSI', 'ANS'])

/** The mode without what would change how our literals are read. */
export function withoutUnsafeModes(mode: string): string {
  return splitMode(mode)
    .filter((name) => !UNSAFE.has(name.toUpperCase()))
    .join(',')
}

/** @throws {GuardError} when the mode would change how literals are read */
export function refuseUnsafeMode(mode: string): void {
  const unsafe = splitMode(mode).find((name) => UNSAFE.has(name.toUpperCase()))
  if (unsafe === undefined) return
  throw new GuardError(
    `sql_mode ${unsafe} changes how text is quoted: values that this client escapes would arrive ` +
      'changed, or become SQL. Leave it out. Guard: sqlMode.',
    { guard: 'sqlMode' },
  )
}

/** The server's mode for new sessions, less the unsafe names. */
export async function readSafeMode(connection: PhysicalConnection): Promise<string> {
  const [row] = await selectRows(connection, 'select @@sql_mode as mode')
  const mode = row?.['mode']
  return typeof mode === 'string' ? withoutUnsafeModes(mode) : ''
}

function splitMode(mode: string): readonly string[] {
  return mode
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
