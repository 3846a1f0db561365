import { ConnectionError } from '../../errors.js'
import { interpolate } from '../../sql/interpolate.js'
import type { PhysicalConnection } from '../mysql2/physical-connection.js'
import { hasRows, type Row } from '../mysql2/reply.js'
import type { GuardAction } from '../../guards/guards.js'
import { guardSqlMode } from '../../guards/sql-mode.js'

/** The connection that a hook or listener works on, and nothing else. */
export interface HookConnection {
  /** The server's connection id. */
  readonly id: number
  /** As the server greets: `8.0.30-MatrixOne-v4.2.0`. */
  readonly serverVersion: string
  /** 1, or 2 when the first connection broke or failed in a way that a second one may not. */
  readonly attempt: number
  /** Runs one statement on this connection; `?` stands for a parameter. */
  execute<R = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<readonly R[]>
}

/** Makes the handle of a connection for hooks and listeners. */
export function createHookConnection(
  connection: PhysicalConnection,
  { attempt, sqlMode }: { readonly attempt: number; readonly sqlMode: GuardAction },
): HookConnection {
  const { id, serverVersion, timeZone } = connection
  return Object.freeze({
    id,
    serverVersion,
    attempt,
    execute: async <R>(sql: string, parameters: readonly unknown[] = []) => {
      if (connection.isClosed) throw new ConnectionError('This connection is closed.')
      const text = interpolate(sql, parameters, { timeZone })
      guardSqlMode(sql, text, sqlMode)
      const rows = await selectRows(connection, text)
      return rows as readonly R[]
    },
  })
}

/** Runs one statement and returns its rows, none for a statement that has none. */
export async function selectRows(
  connection: PhysicalConnection,
  sql: string,
): Promise<readonly Row[]> {
  const [reply] = await connection.query(sql)
  return reply !== undefined && hasRows(reply) ? reply : []
}
