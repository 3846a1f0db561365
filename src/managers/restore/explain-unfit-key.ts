import { RestoreError, ServerError } from '../../errors.js'
import { rewrap } from '../../server/rewrap-error.js'
import type { DefinitionPlace } from '../definitions/read-parts.js'
import { findUnfitKey } from '../definitions/unfit-key.js'
import type { SqlExecutor } from '../statement/execute.js'

/**
 * Names the column for which the server refuses a restore; it changes nothing then (4.2.0).
 *
 * @param past the tables as they were; undefined where they cannot be read
 */
export async function explainUnfitKey(
  one: SqlExecutor,
  what: string,
  past: DefinitionPlace | undefined,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof RestoreError) || !(error.cause instanceof ServerError)) return error
  const key = past === undefined ? undefined : await findUnfitKey(one, past, error)
  if (key === undefined) return error
  return rewrap(
    error,
    RestoreError,
    `Could not ${what}: in the restored table the next value of the auto_increment column ${key} would be ` +
      '10,000, which the type does not hold. Nothing was restored. Restore the other tables one by one with ' +
      'restore.table, and write the rows of this one back from db.at(…). With a smallint or larger it can be restored.',
    { cause: error.cause },
  )
}
