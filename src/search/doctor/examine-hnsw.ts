/** An HNSW index against its table: by the job that follows writes, and by searches for stored vectors. */
import { UnsupportedError, VectorIndexError } from '../../errors.js'
import { executeSql } from '../../managers/statement/execute.js'
import { type IndexJob, readIndexJob } from '../../managers/vector-ops/index-job.js'
import { distanceFunction } from '../../managers/vector-ops/metric-functions.js'
import { findMissing } from '../../managers/vector-ops/wait-for-index.js'
import type { VectorIndexModel } from '../../schema/schema-model.js'
import { count, type Examined, type Findings, showKeys } from './examination.js'
import type { IndexLag } from './index-report.js'

/** The job runs every 10 to 20 s; behind for longer, it does not follow. */
const LATE = 60

const LARGEST = 3
const RANDOM = 7

/** Reads how far an HNSW index is behind, and searches for the vectors of some rows. */
export async function examineHnsw(
  examined: Examined,
  index: VectorIndexModel,
  vectors: number,
  findings: Findings,
): Promise<IndexLag | undefined> {
  const { db, found } = examined
  const job = await readJob(examined, index)
  const rebuild = `db.vectorOps.reindex('${found.table.name}', '${index.name}')`
  if (job === 'never') return examineFixed(examined, index, { vectors, rebuild }, findings)
  if (job === undefined) {
    findings.add(
      'stale-index',
      index.name,
      `No job of the server follows ${index.name}: rows that were written since it was built are not found.`,
      `Rebuild it: ${rebuild}.`,
    )
    return undefined
  }
  const wanted = await chooseRows(examined, index, vectors)
  const missing = wanted.length === 0 ? [] : await findMissing(db, found, index, wanted)
  const behind = Math.max(0, Math.round(job.now - job.followed))
  const lag = { behind, error: job.error, lookedFor: wanted.length, missing }
  if (job.error !== null) {
    findings.add(
      'stale-index',
      index.name,
      `The job that follows ${index.name} fails (${job.error}): it has last followed the table ${count(behind, 'second')} ago, and rows that were written since then are not found${showKeys(missing)}.`,
      `Remove the cause (for a dimension, see wrong-dimension), then rebuild it: ${rebuild}.`,
      { count: missing.length, examples: missing.slice(0, 3) },
    )
  } else if (missing.length > 0) {
    const isStale = behind > LATE || (await wereThere(examined, job, missing))
    findings.add(
      'stale-index',
      index.name,
      `${index.name} does not find ${missing.length} of ${count(lag.lookedFor, 'row')}${showKeys(missing)} ` +
        (isStale
          ? 'that it has followed or should have: searches read an older copy of it.'
          : `that are newer than its last update, ${count(behind, 'second')} ago: it follows a write after 10 to 20 s.`),
      isStale
        ? `Rebuild it: ${rebuild}. While an index is searched all the time, the server may keep an older copy for minutes.`
        : `Wait by db.vectorOps.waitForIndex('${found.table.name}', '${index.name}'), and search by using('exact') where a row must be found at once.`,
      { count: missing.length, examples: missing.slice(0, 3) },
    )
  }
  return lag
}

/** Searches for rows through an index that only a rebuild updates (3.0.14). */
async function examineFixed(
  examined: Examined,
  index: VectorIndexModel,
  { vectors, rebuild }: { readonly vectors: number; readonly rebuild: string },
  findings: Findings,
): Promise<undefined> {
  const wanted = await chooseRows(examined, index, vectors)
  const missing = await findMissing(examined.db, examined.found, index, wanted)
  const advice = `Rebuild it after each load: ${rebuild}. From MatrixOne 4.1 on an index follows writes.`
  if (missing.length === 0) {
    findings.note(`${index.name} finds no row that is written after it was built. ${advice}`)
    return
  }
  findings.add(
    'stale-index',
    index.name,
    `${index.name} does not find ${missing.length} of ${count(wanted.length, 'row')}${showKeys(missing)}, written after it was built.`,
    advice,
    { count: missing.length, examples: missing.slice(0, 3) },
  )
}

/** The job of an index; `'never'` on a server where none follows writes. */
async function readJob(
  { db, found }: Examined,
  index: VectorIndexModel,
): Promise<IndexJob | 'never' | undefined> {
  try {
    return await readIndexJob(db, found.database, found.table.name, index.name)
  } catch (error) {
    if (error instanceof VectorIndexError) return undefined
    if (error instanceof UnsupportedError) return 'never'
    throw error
  }
}

/**
 * Whether one of the rows was there when the job last ran: then the index has followed it.
 *
 * ```sql
 * select `id` as found from `shop`.`articles` {mo_ts = 1795921185447554018} where `id` in (5000)
 * ```
 */
async function wereThere(
  { db, from, keyColumn }: Examined,
  { followed }: IndexJob,
  keys: readonly unknown[],
): Promise<boolean> {
  const instant = BigInt(Math.floor(followed * 1e6)) * 1000n
  const rows = await executeSql(
    db,
    `select ${keyColumn} as found from ${from} {mo_ts = ${instant}} where ${keyColumn} in (${keys.map(() => '?').join(', ')})`,
    keys,
  )
  return rows.length > 0
}

/** The largest keys, which are often those of the newest rows, and some others. */
async function chooseRows(
  { db, from, vector, keyColumn, dimension }: Examined,
  { metric }: VectorIndexModel,
  vectors: number,
): Promise<readonly (number | bigint)[]> {
  if (keyColumn === undefined || distanceFunction(metric) === undefined) return []
  const usable = `${from} where ${vector} is not null and vector_dims(${vector}) = ${dimension}`
  const select = `select ${keyColumn} as found from ${usable}`
  const share = Math.min(1, (4 * RANDOM) / Math.max(1, vectors))
  const largest = await executeSql<{ readonly found: number | bigint }>(
    db,
    `${select} order by ${keyColumn} desc limit ${LARGEST}`,
  )
  const others = await executeSql<{ readonly found: number | bigint }>(
    db,
    `${select} and rand() < ${share} limit ${RANDOM}`,
  )
  return [...new Set([...largest, ...others].map(({ found }) => found))]
}
