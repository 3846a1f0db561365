/**
 * Options of an existing pool or connection that would change statements on their way out are refused
 * here, because no query can overrule them. Options that change values on their way in (`typeCast`,
 * `dateStrings`, `rowsAsArray` and their like) are overruled by each query's own.
 */
import { MatrixOneError } from '../../errors.js'

/** Options of mysql2 that matter here; it derives `charsetNumber` from `charset`. */
export interface WireConfig {
  readonly queryFormat?: unknown
  readonly charset?: unknown
  readonly charsetNumber?: unknown
  readonly resetOnRelease?: unknown
}

/** @throws {MatrixOneError} when statements would not arrive as they were written */
export function refuseUnsafeOptions(config: WireConfig): void {
  if (config.queryFormat !== undefined && config.queryFormat !== null) {
    throw new MatrixOneError(
      'The option queryFormat rewrites every statement after it was checked and its values were ' +
        'escaped. Leave it out: this library puts the values in itself.',
    )
  }
  const { charset, charsetNumber } = config
  const isUtf8 =
    (typeof charset !== 'string' || /^utf8mb4(?:_|$)/i.test(charset)) &&
    (typeof charsetNumber !== 'number' || isUtf8mb4(charsetNumber))
  if (!isUtf8) {
    throw new MatrixOneError(
      `The charset ${typeof charset === 'string' ? charset : String(charsetNumber)} is not utf8mb4. ` +
        'MatrixOne reads every statement as UTF-8 whatever the client says (4.2.0): text would ' +
        'arrive garbled, and a value could become SQL. Leave the option charset out.',
    )
  }
}

/** The collation ids of utf8mb4. Under `utf8` (33) mysql2 would send no emoji as the server reads it. */
function isUtf8mb4(id: number): boolean {
  return id === 45 || id === 46 || (id >= 224 && id <= 247) || (id >= 255 && id <= 323)
}

/** @throws {MatrixOneError} when each release would destroy the connection */
export function refuseReset(config: WireConfig): void {
  if (config.resetOnRelease !== true) return
  throw new MatrixOneError(
    'This pool has the option resetOnRelease. MatrixOne does not know COM_RESET_CONNECTION (4.2.0), ' +
      'so mysql2 would close the connection after each statement. Make the pool without it.',
  )
}
