/**
 * Ends what runs on another connection. MatrixOne's proxy routes a KILL only when it is a statement of
 * its own (4.2.0).
 */
import type { Connection } from 'mysql2'
import { ConnectionError } from '../../errors.js'
import { fromDriverError } from '../mysql2/errors-from-driver.js'
import type { PhysicalConnection } from '../mysql2/physical-connection.js'
import type { ConnectionSource } from '../pool/connection-source.js'
import { runWithin } from './waiting.js'

/** Sends KILL over a connection of its own; the pool may be exhausted by what is to be killed. */
export interface Killer {
  /** Ends the statement that runs on a connection. */
  killQuery(connection: PhysicalConnection): Promise<void>
  /** Ends a whole session. */
  killConnection(connection: PhysicalConnection): Promise<void>
}

/** Milliseconds for a KILL; a black hole would keep its socket open forever. */
const PATIENCE = 10_000

/** Makes a killer that opens side connections of a source. */
export function createKiller(source: Pick<ConnectionSource, 'connectAside'>): Killer {
  const send = async ({ raw }: PhysicalConnection, statement: string): Promise<void> =>
    sendKill(await source.connectAside(raw), statement)
  return {
    killQuery: (connection) => send(connection, `kill query ${connection.id}`),
    killConnection: (connection) => send(connection, `kill connection ${connection.id}`),
  }
}

/**
 * Sends one KILL over a side connection and closes that.
 *
 * @throws {ConnectionError} when no answer came
 * @throws {ServerError} when the server knows no such connection
 */
export async function sendKill(side: Connection, statement: string): Promise<void> {
  const lost = (): Error => new ConnectionError('The side connection for KILL was lost.')
  const kill = (): Promise<void> =>
    new Promise((resolve, reject) => {
      side.on('error', () => reject(lost()))
      side.on('end', () => reject(lost()))
      side.query(statement, (error) => {
        if (error === null) resolve()
        else reject(fromDriverError(error))
      })
    })
  try {
    await runWithin(PATIENCE, kill, { expire: lost })
  } finally {
    side.destroy()
  }
}
