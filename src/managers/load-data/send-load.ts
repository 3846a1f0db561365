import { executeStatement, type SqlExecutor } from '../statement/execute.js'
import type { ResolvedSource } from './load-source.js'

/** Sends a LOAD DATA with the bytes that it asks for, and returns the number of rows that were loaded. */
export async function sendLoad(
  db: SqlExecutor,
  statement: string,
  source: ResolvedSource,
): Promise<number> {
  const options = source.kind === 'local' ? { localStream: source.stream } : undefined
  const { numAffectedRows } = await executeStatement(db, statement, [], options)
  return Number(numAffectedRows ?? 0)
}
