/**
 * Ends what runs on another connection. MatrixOne's proxy routes a KILL only when it is a statement of
 * its own (4.2.0).
 */
import type { Connection } from 'mysql2'
import { ConnectionError } from '../../errors.js'
import { fromDriverError } from '../mysql2/errors-from-driver.js'
import { destroySocket } from '../mysql2/internals.js'
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

/** Makes a killer that opens side connections of a source, each for so many milliseconds at most. */
export function createKiller(
  source: Pick<ConnectionSource, 'connectAside'>,
  milliseconds: number,
): Killer {
  const send = async ({ raw }: PhysicalConnection, statement: string): Promise<void> => {
    const side = source.connectAside(raw)
    try {
      // A black hole, or a server that is stopped, would keep its socket open forever.
      await runWithin(milliseconds, () => sendKill(side, statement), { expire: lost })
    } finally {
      destroySocket(side)
    }
  }
  return {
    killQuery: (connection) => send(connection, `kill query ${connection.id}`),
    killConnection: (connection) => send(connection, `kill connection ${connection.id}`),
  }
}

/**
 * Sends one KILL over a side connection, as soon as that is open.
 *
 * @throws {ConnectionError} when no answer came
 * @throws {ServerError} when the server knows no such connection
 */
export function sendKill(side: Connection, statement: string): Promise<void> {
  return new Promise((resolve, reject) => {
    side.on('error', (error) => reject(lost(error)))
    side.on('end', () => reject(lost()))
    side.query(statement, (error) => {
      if (error === null) resolve()
      else reject(fromDriverError(error))
    })
  })
}

function lost(cause?: Error): Error {
  const why = cause === undefined ? '' : ` ${cause.message}`
  return new ConnectionError(`The side connection for KILL was lost.${why}`, { cause })
}
