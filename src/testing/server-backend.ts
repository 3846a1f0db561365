import { connect } from 'node:net'
import type { Command } from './command.js'
import type { Backend, Exchange } from './exchange.js'
import { readGreeting, writeGreeting } from './wire/greeting.js'
import { keepServedLogin } from './wire/login.js'
import { Disconnected, PacketSocket } from './wire/packet-socket.js'
import { isError } from './wire/packets.js'
import { ReplyProgress } from './wire/reply-progress.js'

/** Where a server listens. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** Passes one client's packets to a real server and the server's packets back. */
export class ServerBackend implements Backend {
  readonly #server: PacketSocket
  #unreachable: Error | undefined

  constructor({ host, port }: ServerAddress) {
    const socket = connect({ host, port, allowHalfOpen: true })
    const noteUnreachable = (cause: Error): void => {
      this.#unreachable = new Error(`no server at ${host}:${port} (${cause.message})`, { cause })
    }
    socket.once('error', noteUnreachable)
    socket.once('connect', () => socket.off('error', noteUnreachable))
    this.#server = new PacketSocket(socket)
  }

  /** @throws {Error} when the server cannot be reached */
  async connect(): Promise<Buffer> {
    const packet = await this.#server.read()
    if (this.#unreachable !== undefined) throw this.#unreachable
    if (packet === undefined) throw new Disconnected(this.#server.how)
    const { payload } = packet
    const greeting = readGreeting(payload)
    return greeting === undefined ? payload : writeGreeting(greeting)
  }

  async login(payload: Buffer, exchange: Exchange): Promise<boolean> {
    await this.#server.write(keepServedLogin(payload))
    return await this.#authenticate(exchange)
  }

  async answer(command: Command, exchange: Exchange): Promise<void> {
    this.#server.restartSequence()
    await this.#server.write(command.payload)
    if (command.reply === 'auth') {
      await this.#authenticate(exchange)
      return
    }
    const progress = new ReplyProgress(command.reply, command.name === 'COM_STMT_EXECUTE')
    while (!progress.done) {
      const { payload } = await this.#server.receive()
      const role = progress.see(payload)
      await exchange.send(payload, role)
      if (role === 'infile') await this.#passFile(exchange)
    }
  }

  onEnd(listener: (how: 'fin' | 'rst') => void): void {
    this.#server.onEnd(() => listener(this.#server.how))
  }

  close(): void {
    this.#server.destroy()
  }

  async #authenticate(exchange: Exchange): Promise<boolean> {
    for (;;) {
      const { payload } = await this.#server.receive()
      const isOk = payload[0] === 0
      await exchange.send(payload, isOk ? 'ok' : isError(payload) ? 'error' : 'other')
      if (isOk || isError(payload)) return isOk
      // 0x01 0x03 says that the password was found in the server's cache: its OK follows unasked.
      if (payload[0] === 1 && payload[1] === 3) continue
      await this.#server.write((await exchange.receive()).payload)
    }
  }

  /**
   * Passes the chunks of a LOAD DATA LOCAL. A server that has already answered waits for a command
   * again and would take the empty packet that ends the file for one, which ends 4.2.0.
   */
  async #passFile(exchange: Exchange): Promise<void> {
    for (;;) {
      const { payload } = await exchange.receive()
      if (!this.#server.hasPackets) await this.#server.write(payload)
      if (payload.length === 0) return
    }
  }
}
