import { setTimeout as sleep } from 'node:timers/promises'
import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { anything, integer, listOf, type OptionRules } from '../../options/option-rules.js'
import { quoteIdentifier, quoteQualified } from '../../sql/identifiers.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import type { FoundTable } from '../names/find-table.js'
import type { VectorIndexModel } from '../../schema/schema-model.js'
import { readIndexJob } from './index-job.js'
import { distanceFunction } from './metric-functions.js'

/** Options of `vectorOps.waitForIndex`. */
export interface WaitForIndexOptions {
  /** Milliseconds to wait at most; 60,000 unless set. The server's job runs every 10 to 20 s. */
  readonly timeout?: number
  /** Milliseconds between two looks; 500 unless set. */
  readonly interval?: number
  /** Keys of rows that have to be found; unless given, the three largest ones are looked for. */
  readonly rows?: readonly (number | bigint)[]
}

/** Whether an index has followed all writes. */
export interface IndexReadiness {
  /**
   * `'ready'`: rows are found. `'stale'`: the index is built, and searches still read an older copy, which
   * the server may keep while it is searched all the time (4.2.0); `vectorOps.reindex` replaces it. `'stalled'`:
   * the server's job has not followed within the timeout, or has failed.
   */
  readonly state: 'ready' | 'stale' | 'stalled'
  /** Seconds by which the job is behind the server's clock; 0 for an index that follows at once. */
  readonly behind: number
  /** Keys of rows that were looked for and not found. */
  readonly missing: readonly unknown[]
  /** The error of the job; null when there was none. */
  readonly error: string | null
}

const OPTIONS: OptionRules<WaitForIndexOptions> = {
  timeout: integer(0),
  interval: integer(0),
  rows: listOf(anything),
}

const LOOKED_FOR = 3

/** Waits until an index has followed the writes that were committed before the call. */
export async function waitForIndex(
  db: SqlExecutor,
  found: FoundTable,
  index: VectorIndexModel,
  options: WaitForIndexOptions,
): Promise<IndexReadiness> {
  checkOptions('vectorOps.waitForIndex', OPTIONS, options)
  refuseInTransaction(
    db,
    'vectorOps.waitForIndex',
    'The index follows committed rows only: wait after the transaction, or search exactly in it.',
  )
  const isHnsw = index.algorithm === 'hnsw'
  if (!isHnsw && index.parameters?.['async'] === undefined) {
    return readiness('ready', 0)
  }
  const { timeout = 60_000, interval = 500 } = options
  const end = performance.now() + timeout
  const read = () => readIndexJob(db, found.database, found.table.name, index.name)
  let job = await read()
  // The clock is read in whole seconds.
  const committed = job.now + 1
  while (job.followed < committed) {
    const behind = Math.max(0, job.now - job.followed)
    if (performance.now() >= end || job.error !== null) {
      return { ...readiness('stalled', behind), error: job.error }
    }
    await sleep(interval)
    job = await read()
  }
  if (!isHnsw) return readiness('ready', 0)
  // Sessions load the new copy of an index about a second after its job has run. Looked for once and once
  // more only: each search makes the server keep an older copy for longer.
  let missing: readonly unknown[] = []
  for (const looks of [2, 4]) {
    await sleep(looks * interval)
    missing = await findMissing(db, found, index, options.rows)
    if (missing.length === 0) return readiness('ready', 0)
  }
  return { ...readiness('stale', 0), missing }
}

function readiness(state: IndexReadiness['state'], behind: number): IndexReadiness {
  return { state, behind, missing: [], error: null }
}

/**
 * The keys of rows that a search for their own vectors does not find.
 *
 * ```sql
 * select `id`, `embedding` from `articles` where `embedding` is not null order by `id` desc limit 3
 * select `id` from (select `id`, l2_distance(`embedding`, '[…]') as d from `articles` order by d limit 50) t
 * ```
 */
export async function findMissing(
  db: SqlExecutor,
  { database, table }: FoundTable,
  { column, metric }: VectorIndexModel,
  rows: readonly (number | bigint)[] | undefined,
): Promise<readonly unknown[]> {
  const distance = distanceFunction(metric)
  const [key, ...others] = table.primaryKey ?? []
  if (distance === undefined || key === undefined || others.length > 0) {
    throw new ValueError(
      `waitForIndex cannot search ${table.name}: it needs a key of one column and an index for l2, cosine or ip.`,
    )
  }
  const names = {
    key: quoteIdentifier(key),
    vector: quoteIdentifier(column),
    table: quoteQualified(database, table.name),
  }
  const chosen =
    rows === undefined ? '' : ` and ${names.key} in (${rows.map(() => '?').join(', ')})`
  if (rows?.length === 0) return []
  const wanted = await executeSql<{ readonly wanted: unknown; readonly vector: unknown }>(
    db,
    `select ${names.key} as wanted, ${names.vector} as vector from ${names.table} ` +
      `where ${names.vector} is not null${chosen} order by ${names.key} desc` +
      (rows === undefined ? ` limit ${LOOKED_FOR}` : ''),
    rows,
  )
  const missing: unknown[] = []
  for (const { wanted: id, vector } of wanted) {
    const hits = await executeSql<{ readonly hit: unknown }>(
      db,
      `select ${names.key} as hit, ${distance}(${names.vector}, ?) as d from ${names.table} order by d limit 50`,
      [vector],
    )
    if (!hits.some(({ hit }) => String(hit) === String(id))) missing.push(id)
  }
  return missing
}
