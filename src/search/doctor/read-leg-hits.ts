import type { HybridSearcher } from '../hybrid/hybrid-search.js'
import { keyReader } from './key-reader.js'
import type { LegHit } from './fuse-legs.js'

/** The hits of every leg of a hybrid search, each in its own order. */
export async function readLegHits(
  search: HybridSearcher,
  window: number,
  id: string | undefined,
): Promise<ReadonlyMap<string, readonly LegHit[]>> {
  const found = new Map<string, readonly LegHit[]>()
  for (const name of search.legNames) {
    const [alone, keyNames] = search.alone(name, window).keyed()
    const { rank, value } = alone.columnsOf(name)
    const keyOf = keyReader(keyNames)
    const rows = await alone.execute()
    found.set(
      name,
      rows.map((row) => ({
        key: keyOf(row),
        order: keyNames.map((each) => row[each]),
        id: String(row[id ?? keyNames[0] ?? '']),
        rank: Number(row[rank]),
        // A score is the better the larger it is.
        value: value.endsWith('Score') ? 0 - Number(row[value]) : Number(row[value]),
      })),
    )
  }
  return found
}
