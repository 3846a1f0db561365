import { UnknownObjectError, UnsupportedError, VectorIndexError } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'

/** State of the job by which an HNSW or asynchronous index follows writes. */
export interface IndexJob {
  /** Seconds since 1970-01-01 UTC up to which the index has followed; 0 before its first run. */
  readonly followed: number
  /** The server's clock in the same seconds. */
  readonly now: number
  /** The error of the last run; null when there was none. */
  readonly error: string | null
}

interface JobRow {
  readonly job_state: number
  readonly watermark: string
  readonly error: string | null
  readonly now: string
}

/** `ISCPJobState_Error` of the server; 3 only says that the last run has ended (4.2.0). */
const FAILED = 4

/**
 * Reads the job of an index.
 *
 * ```sql
 * select l.watermark, … from mo_catalog.mo_iscp_log l join mo_catalog.mo_tables t on … where l.job_name = 'index_…'
 * ```
 *
 * @throws {VectorIndexError} when no job follows the index
 * @throws {UnsupportedError} before MatrixOne 4.1, which has no such jobs
 */
export async function readIndexJob(
  db: SqlExecutor,
  database: string,
  table: string,
  index: string,
): Promise<IndexJob> {
  const [row] = await executeSql<JobRow>(
    db,
    'select l.job_state, l.watermark, json_unquote(json_extract(l.job_status, ?)) as error, ' +
      'cast(unix_timestamp(now(6)) as char) as now ' +
      'from mo_catalog.mo_iscp_log l join mo_catalog.mo_tables t ' +
      'on t.rel_id = l.table_id and t.account_id = l.account_id ' +
      'where t.account_id = current_account_id() and t.reldatabase = ? and t.relname = ? ' +
      'and l.job_name = ? and l.drop_at is null',
    ['$.ErrorMsg', database, table, `index_${index}`],
  ).catch((error: unknown) => {
    throw isWithoutJobs(error) ? followsNever(index, table) : error
  })
  if (row === undefined) {
    throw new VectorIndexError(
      `No job of the server follows the index ${index} of ${table}. Rebuild it by vectorOps.reindex.`,
    )
  }
  const message = row.error === null || row.error === '' ? null : row.error
  return {
    // `1795913401343000000-1`: nanoseconds and a counter.
    followed: Number(String(row.watermark).split('-')[0]) / 1e9,
    now: Number(row.now),
    error: message ?? (Number(row.job_state) === FAILED ? 'the job has failed' : null),
  }
}

function isWithoutJobs(error: unknown): boolean {
  return error instanceof UnknownObjectError && error.message.includes('mo_iscp_log')
}

function followsNever(index: string, table: string): UnsupportedError {
  return new UnsupportedError(
    `No index follows later writes before MatrixOne 4.1: ${index} finds the rows that ${table} had when it was ` +
      `built. Rebuild it after each load: vectorOps.reindex('${table}', '${index}').`,
  )
}
