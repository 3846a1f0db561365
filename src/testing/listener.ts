import { createServer, type Server, type Socket } from 'node:net'
import type { Backend } from './exchange.js'
import { FaultSwitches } from './faults.js'
import { serveConnection } from './serve-connection.js'
import { PacketSocket } from './wire/packet-socket.js'

const LONGEST_HANDSHAKE_MS = 1000

export interface ListenerOptions {
  readonly makeBackend: (connection: number) => Backend
  readonly report: (problem: string) => void
  /** Accepts one connection at a time, so that a pool's connections become ready in order. */
  readonly oneByOne: boolean
}

/** A free loopback port and the connections that were accepted on it. */
export class Listener {
  readonly host = '127.0.0.1'
  readonly faults: FaultSwitches
  readonly #options: ListenerOptions
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #served = new Set<Promise<void>>()
  readonly #closing = new AbortController()
  #port = 0
  #accepted = 0
  #handshakes: Promise<void> = Promise.resolve()

  private constructor(options: ListenerOptions) {
    this.#options = options
    this.#server = createServer((socket) => this.#accept(socket))
    this.faults = new FaultSwitches(
      { open: () => this.#listen(), shut: () => this.#shut() },
      this.#closing.signal,
    )
  }

  static async open(options: ListenerOptions): Promise<Listener> {
    const listener = new Listener(options)
    await listener.#listen()
    return listener
  }

  get port(): number {
    return this.#port
  }

  /** Closes the port and every connection; resolves when no socket or timer is left. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#shut()
    await Promise.all(this.#served)
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#port, this.host, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    const address = this.#server.address()
    if (address !== null && typeof address === 'object') this.#port = address.port
  }

  async #shut(): Promise<void> {
    if (!this.#server.listening && !this.#closing.signal.aborted) return
    // `close` calls back only when the last connection has ended too, so do not wait for it here.
    if (this.#server.listening) this.#server.close()
    if (!this.#closing.signal.aborted) return
    for (const socket of this.#sockets) socket.destroy()
  }

  #accept(socket: Socket): void {
    this.#accepted += 1
    const connection = this.#accepted
    this.#sockets.add(socket)
    const closed = new Promise<void>((resolve) => socket.once('close', resolve))
    void closed.then(() => this.#sockets.delete(socket))
    const client = new PacketSocket(socket)
    const served = Promise.all([closed, this.#serve(client, connection)]).then(() => undefined)
    this.#served.add(served)
    void served.then(() => this.#served.delete(served))
  }

  async #serve(client: PacketSocket, connection: number): Promise<void> {
    const turn = this.#handshakes
    let onReady = (): void => undefined
    if (this.#options.oneByOne) {
      const ready = new Promise<void>((resolve) => {
        // A client that connects and stays silent must not keep the others out.
        const timer = setTimeout(resolve, LONGEST_HANDSHAKE_MS)
        onReady = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#handshakes = turn.then(() => ready)
      await turn
    }
    try {
      const backend = this.#options.makeBackend(connection)
      const { faults } = this
      await serveConnection({
        client,
        backend,
        faults,
        connection,
        report: this.#options.report,
        onReady,
      })
    } catch (error) {
      this.#options.report(`connection ${connection}: ${String(error)}`)
      client.destroy()
    }
  }
}
