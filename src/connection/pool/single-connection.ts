import type { PoolConnection } from 'mysql2'
import { ConnectionError } from '../../errors.js'
import { socketOf } from '../mysql2/internals.js'
import { fromDriverError } from '../mysql2/errors-from-driver.js'
import { whenConnected } from '../mysql2/wrap-existing.js'

/** Node's way: kysely awaits often enough, and each further promise costs every query. */
export type ConnectCallback = (
  ...result: [error: Error, raw: undefined] | [error: null, raw: PoolConnection]
) => void

/** One existing connection, which its users take turns with. */
export class SingleConnection {
  readonly #raw: PoolConnection
  readonly #waiting: ConnectCallback[] = []
  #inUse = false
  #closed = false
  #watched = false

  constructor(raw: PoolConnection) {
    this.#raw = raw
  }

  connect(callback: ConnectCallback): void {
    if (this.#closed) return callback(closed(), undefined)
    if (this.#inUse) {
      this.#waiting.push(callback)
      return
    }
    this.#inUse = true
    this.#watch()
    whenConnected(this.#raw).then(
      () => callback(null, this.#raw),
      (error: Error) => {
        this.end()
        callback(fromDriverError(error), undefined)
      },
    )
  }

  release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#inUse = false
    else next(null, this.#raw)
  }

  #watch(): void {
    if (this.#watched) return
    this.#watched = true
    socketOf(this.#raw).once('close', () => this.end())
  }

  /** Ends every wait with an error. */
  end(): void {
    this.#closed = true
    for (const callback of this.#waiting.splice(0)) callback(closed(), undefined)
  }
}

function closed(): Error {
  return new ConnectionError(
    'The connection that this MatrixOne was made with is closed, and it cannot make another one. ' +
      'Give a URL, options or a pool instead.',
  )
}
