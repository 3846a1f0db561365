import { UnsupportedError } from '../../errors.js'
import type { Capabilities } from '../../server/capabilities.js'
import type { VectorIndexModel } from '../../schema/schema-model.js'
import type { ReindexOptions } from './vector-ops-types.js'

/**
 * Writes the options behind the algorithm in ALTER REINDEX.
 *
 * @throws {UnsupportedError} for lists of another algorithm than ivfflat, and on 3.0 for `forceSync`
 */
export function writeReindexParts(
  { algorithm, parameters = {} }: VectorIndexModel,
  { lists, forceSync = false }: ReindexOptions,
  capabilities: Capabilities,
): readonly string[] {
  const parts: string[] = []
  if (algorithm === 'ivfflat') {
    // 3.0.x refuses to rebuild without the number of lists (1064).
    const kept = capabilities.reindexWithoutLists ? undefined : Number(parameters['lists'] ?? 1)
    const wanted = lists ?? kept
    if (wanted !== undefined) parts.push(`lists = ${wanted}`)
  } else if (lists !== undefined) {
    throw new UnsupportedError(`Only an ivfflat index has lists; this one is ${algorithm}.`)
  }
  if (forceSync && !capabilities.forceSync) {
    throw new UnsupportedError('force_sync needs MatrixOne 4.1. Leave it out: 3.0.x always waits.')
  }
  if (forceSync) parts.push('force_sync')
  return parts
}
