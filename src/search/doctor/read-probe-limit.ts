import { executeSql, type SqlExecutor } from '../../managers/statement/execute.js'

/** The lists of an ivfflat index that the session's searches read. */
export async function readProbeLimit(db: SqlExecutor): Promise<number> {
  const [row] = await executeSql<{ readonly n: string }>(db, 'select @@probe_limit as n')
  return Number(row?.n)
}
