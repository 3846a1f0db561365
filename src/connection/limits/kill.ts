import type { Connection } from 'mysql2'
import { ConnectionError } from '../../errors.js'
import type { Killer } from './cancellation.js'
import type { ConnectionSource } from '../pool/connection-source.js'
import { fromDriverError } from '../mysql2/errors-from-driver.js'
import type { PhysicalConnection } from '../mysql2/physical-connection.js'

/** Makes what sends KILL, over side connections of a source. */
export function createKiller(source: Pick<ConnectionSource, 'connectAside'>): Killer {
  const open =
    ({ raw }: PhysicalConnection) =>
    (): Promise<Connection> =>
      source.connectAside(raw)
  return {
    killQuery: (connection) => sendKill(open(connection), `kill query ${connection.id}`),
    killConnection: (connection) => sendKill(open(connection), `kill connection ${connection.id}`),
  }
}

/** Milliseconds for a side connection and its KILL; a black hole would keep its socket for ever. */
const PATIENCE = 10_000

/**
 * Sends one KILL over a connection of its own and closes that. MatrixOne's proxy routes a KILL only
 * when it is a statement of its own (4.2.0).
 *
 * @throws {ConnectionError} when no connection could be made, or no answer came
 * @throws {ServerError} when the server knows no such connection
 */
export async function sendKill(open: () => Promise<Connection>, statement: string): Promise<void> {
  const side = await open()
  let timer: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      const lost = (): void => reject(new ConnectionError('The side connection for KILL was lost.'))
      timer = setTimeout(lost, PATIENCE).unref()
      side.on('error', lost)
      side.on('end', lost)
      side.query(statement, (error) => {
        if (error === null) resolve()
        else reject(fromDriverError(error))
      })
    })
  } finally {
    clearTimeout(timer)
    side.destroy()
  }
}
