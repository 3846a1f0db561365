import { VectorIndexError } from '../../errors.js'
import { quoteIdentifier, quoteQualified } from '../../sql/identifiers.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import type { FoundTable } from '../names/find-table.js'
import { readIndexTables } from '../names/index-tables.js'
import type { VectorIndexModel } from '../../schema/schema-model.js'

/** Largest list, in averages, before searches that read it become slow. */
const SKEWED = 8

/** Share of lists without an entry from which fewer lists are better; a rebuild leaves some (4.2.0). */
const EMPTY = 0.1

/** A reason to rebuild an ivfflat index. */
export type ReindexReason =
  /**
   * Built when the table was empty or had fewer vectors than lists: one list without a centroid, so every
   * search reads everything. Now there are enough: rebuild it as it is.
   */
  | 'built on an empty table'
  /** The same, and a rebuild changes nothing: rebuild it with at most `vectors` lists, or load more first. */
  | 'fewer vectors than lists'
  /** There are fewer or more lists than declared. */
  | 'lists differ from the declaration'
  /** More than a tenth of the lists have no entry: rebuild it with `usedLists` lists. */
  | 'empty lists'
  /** Entries of rows that are gone: INSERT IGNORE leaves them (4.1 and 4.2). */
  | 'entries without rows'
  /** Vectors that the index does not know; for `async`, perhaps not yet. */
  | 'rows without entries'
  /** One list holds more than eight times the average. */
  | 'skewed'

/** Contents of an ivfflat index. */
export interface IvfStatistics {
  readonly database: string
  readonly table: string
  readonly column: string
  readonly index: string
  /** The declared number of lists. */
  readonly lists: number
  /** The centroids of the current version. */
  readonly centroids: number
  /** Lists with at least one entry. */
  readonly usedLists: number
  /** Entries with a vector. */
  readonly entries: number
  /** Rows of the table with a vector. */
  readonly vectors: number
  readonly smallestList: number
  readonly largestList: number
  /** Standard deviation of the list sizes divided by their average; 0 when all are equal. */
  readonly variation: number
  /** Raised by each rebuild, from 0. */
  readonly version: number
  /** When the last build ended, in the server's time zone; null before the first one. */
  readonly builtAt: string | null
  /** The entries of each list, by its number. */
  readonly distribution: readonly { readonly list: number; readonly entries: number }[]
  /** Empty when the index is as it should be. */
  readonly reindexReasons: readonly ReindexReason[]
}

interface Cell {
  readonly list: number
  readonly entries: number
}

/**
 * Reads the contents of an ivfflat index from its hidden tables.
 *
 * ```sql
 * select __mo_index_centroid_fk_id as list, count(__mo_index_centroid_fk_entry) as entries
 * from `__mo_index_secondary_…` where __mo_index_centroid_fk_version = 3 group by 1 order by 1
 * ```
 */
export async function readIvfStatistics(
  db: SqlExecutor,
  { database, table }: FoundTable,
  index: VectorIndexModel,
): Promise<IvfStatistics> {
  const parts = await readIndexTables(db, database, table.name)
  const partNamed = (part: string): string => {
    const found = parts.find((each) => each.index === index.name && each.part === part)
    if (found !== undefined) return quoteQualified(database, found.table)
    throw new VectorIndexError(`The index ${index.name} of ${table.name} has no ${part} table.`)
  }
  const facts = await readFacts(db, partNamed('metadata'))
  const version = Number(facts.get('version') ?? 0)
  const [centroids] = await executeSql<{ readonly n: number; readonly known: number }>(
    db,
    'select count(*) as n, count(__mo_index_centroid) as known ' +
      `from ${partNamed('centroids')} where __mo_index_centroid_version = ?`,
    [version],
  )
  const distribution = await executeSql<Cell>(
    db,
    'select __mo_index_centroid_fk_id as list, count(__mo_index_centroid_fk_entry) as entries ' +
      `from ${partNamed('entries')} where __mo_index_centroid_fk_version = ? ` +
      'group by __mo_index_centroid_fk_id order by list',
    [version],
  )
  const [rows] = await executeSql<{ readonly n: number }>(
    db,
    `select count(${quoteIdentifier(index.column)}) as n from ${quoteQualified(database, table.name)}`,
  )
  const sizes = distribution.map(({ entries }) => Number(entries))
  const spread = spreadOf(sizes)
  const counted = {
    lists: Number(index.parameters?.['lists'] ?? 1),
    centroids: Number(centroids?.n ?? 0),
    entries: sizes.reduce((sum, size) => sum + size, 0),
    vectors: Number(rows?.n ?? 0),
  }
  return Object.freeze({
    database,
    table: table.name,
    column: index.column,
    index: index.name,
    ...counted,
    usedLists: sizes.filter((size) => size > 0).length,
    ...spread,
    version,
    builtAt: facts.get('pruning_end') ?? null,
    distribution: Object.freeze(
      distribution.map(({ list, entries }) =>
        Object.freeze({ list: Number(list), entries: Number(entries) }),
      ),
    ),
    reindexReasons: reasonsToReindex({ ...counted, known: Number(centroids?.known ?? 0) }, sizes),
  })
}

async function readFacts(db: SqlExecutor, metadata: string): Promise<ReadonlyMap<string, string>> {
  const rows = await executeSql<{ readonly name: string; readonly value: string }>(
    db,
    `select __mo_index_key as name, __mo_index_val as value from ${metadata}`,
  )
  return new Map(rows.map(({ name, value }) => [name, value]))
}

function spreadOf(sizes: readonly number[]): {
  readonly smallestList: number
  readonly largestList: number
  readonly variation: number
} {
  if (sizes.length === 0) return { smallestList: 0, largestList: 0, variation: 0 }
  const average = sizes.reduce((sum, size) => sum + size, 0) / sizes.length
  const variance = sizes.reduce((sum, size) => sum + (size - average) ** 2, 0) / sizes.length
  return {
    smallestList: Math.min(...sizes),
    largestList: Math.max(...sizes),
    variation: average === 0 ? 0 : Math.sqrt(variance) / average,
  }
}

/**
 * Finds the reasons to rebuild an index from its counts alone.
 *
 * An index made with fewer vectors than lists has one centroid, which is NULL, as one made on an empty
 * table has (4.2.0).
 */
export function reasonsToReindex(
  counts: {
    readonly lists: number
    readonly centroids: number
    readonly known: number
    readonly entries: number
    readonly vectors: number
  },
  sizes: readonly number[],
): readonly ReindexReason[] {
  const { lists, centroids, known, entries, vectors } = counts
  const reasons: ReindexReason[] = []
  if (known === 0 && vectors > 0) {
    reasons.push(vectors < lists ? 'fewer vectors than lists' : 'built on an empty table')
  }
  // When rows were deleted the centroids stay; a rebuild with fewer vectors than lists would lose them.
  // An index on an empty table has one list without a centroid until the first rebuild.
  else if (known > 0 && centroids !== lists && centroids !== Math.min(lists, vectors)) {
    reasons.push('lists differ from the declaration')
  }
  const used = sizes.filter((size) => size > 0).length
  if (known > 0 && vectors >= lists && centroids - used > EMPTY * centroids) {
    reasons.push('empty lists')
  }
  if (entries > vectors) reasons.push('entries without rows')
  if (entries < vectors) reasons.push('rows without entries')
  const average = entries / Math.max(sizes.length, 1)
  if (sizes.length > 1 && Math.max(...sizes) > SKEWED * average) reasons.push('skewed')
  return Object.freeze(reasons)
}
