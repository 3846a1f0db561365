import type { PhysicalConnection } from '../mysql2/physical-connection.js'
import { hasRows, type Row } from '../mysql2/reply.js'

/** Runs one statement and returns its rows, none for a statement that has none. */
export async function selectRows(
  connection: PhysicalConnection,
  sql: string,
): Promise<readonly Row[]> {
  const [reply] = await connection.query(sql)
  return reply !== undefined && hasRows(reply) ? reply : []
}
