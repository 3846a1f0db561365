import type { Connection, ConnectionOptions, PoolConnection } from 'mysql2'
import { ConnectionError } from '../../errors.js'
import { addressOf } from '../mysql2/address.js'
import { destroySocket, pauseBeforeTls, socketOf } from '../mysql2/internals.js'

/** mysql2's function, which begins to connect. */
export type CreateConnection = (options: ConnectionOptions) => Connection

/** Connections beside a pool, each for one KILL; none outlives the pool. */
export class SideConnections {
  readonly #create: CreateConnection
  readonly #open = new Set<Connection>()
  #hasEnded = false

  constructor(create: CreateConnection) {
    this.#create = create
  }

  /** @throws {ConnectionError} after the end */
  open(like: PoolConnection): Connection {
    if (this.#hasEnded) throw new ConnectionError('No side connection: destroy() was called.')
    const { database } = like.config
    const side = this.#create({
      ...addressOf(like.config),
      ...(database === undefined ? {} : { database }),
    })
    pauseBeforeTls(side)
    // An error that nothing listens to would end the process.
    side.on('error', () => undefined)
    this.#open.add(side)
    socketOf(side).once('close', () => this.#open.delete(side))
    return side
  }

  /** Closes all of them at once. */
  end(): void {
    this.#hasEnded = true
    for (const side of this.#open) destroySocket(side)
  }
}
