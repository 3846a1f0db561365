import type { FaultSwitches } from './faults.js'
import { Listener } from './listener.js'
import { ServerBackend, type ServerAddress } from './server-backend.js'

export interface ProxyOptions {
  /** The server to pass everything on to. */
  readonly target: ServerAddress
  /** Called for packets that were not passed on because they would harm the server; default stderr. */
  readonly onProblem?: (problem: string) => void
}

/** A proxy in front of a server, with fault switches. */
export interface Proxy {
  readonly host: string
  readonly port: number
  readonly faults: FaultSwitches
  /** Closes the port and all connections; afterwards no socket and no timer is left. */
  close(): Promise<void>
}

/**
 * Opens a proxy on a free loopback port, to put faults between a client and a real server.
 *
 * @example
 * const between = await proxy({ target: { host: '127.0.0.1', port: 6001 } })
 * between.faults.cut({ at: 'before', statement: /commit/i })
 * const db = new MatrixOne<DB>({ connection: { host: between.host, port: between.port } })
 * // …
 * await between.close()
 */
export async function proxy(options: ProxyOptions): Promise<Proxy> {
  const listener = await Listener.open({
    makeBackend: () => new ServerBackend(options.target),
    report: options.onProblem ?? printProblem,
    oneByOne: false,
  })
  return exposeListener(listener)
}

/** @internal */
export function exposeListener(listener: Listener): Proxy {
  return {
    host: listener.host,
    port: listener.port,
    faults: listener.faults,
    close: () => listener.close(),
  }
}

/** @internal */
export function printProblem(problem: string): void {
  process.stderr.write(`kysely-matrixone/testing: ${problem}\n`)
}
