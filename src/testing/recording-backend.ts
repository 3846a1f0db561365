import { createHash, type Hash } from 'node:crypto'
import type { Command } from './command.js'
import type { Backend, Exchange } from './exchange.js'
import type { RecordedConnection, RecordedStatement, TapeRecorder } from './tape/tape-recorder.js'
import { readGreeting } from './wire/greeting.js'
import { readLogin } from './wire/login.js'
import { Disconnected } from './wire/packet-socket.js'

/** Records what passes between one client and its backend. */
export class RecordingBackend implements Backend {
  readonly #backend: Backend
  readonly #recorder: TapeRecorder
  readonly #connection: RecordedConnection
  #answering = false
  #closed = false

  constructor(backend: Backend, recorder: TapeRecorder, connection: number) {
    this.#backend = backend
    this.#recorder = recorder
    this.#connection = recorder.openConnection(connection)
    backend.onEnd(() => {
      if (!this.#closed && !this.#answering) recorder.noteClosed(this.#connection)
    })
  }

  async connect(): Promise<Buffer> {
    const payload = await this.#backend.connect()
    this.#recorder.noteGreeting(this.#connection, payload, readGreeting(payload))
    return payload
  }

  async login(payload: Buffer, exchange: Exchange): Promise<boolean> {
    this.#recorder.noteLogin(this.#connection, readLogin(payload))
    return await this.#backend.login(payload, {
      send: async (reply, role) => {
        if (role !== 'other') this.#recorder.noteLoginOutcome(this.#connection, reply, role)
        await exchange.send(reply, role)
      },
      receive: () => exchange.receive(),
    })
  }

  async answer(command: Command, exchange: Exchange): Promise<void> {
    const statement = this.#recorder.noteAsked(this.#connection, command)
    this.#answering = true
    try {
      await this.#backend.answer(command, this.#listenIn(exchange, statement))
      statement.complete = true
    } catch (error) {
      if (error instanceof Disconnected && statement.broke === undefined) {
        statement.broke = this.#closed ? 'client' : error.how
      }
      throw error
    } finally {
      this.#answering = false
    }
  }

  onEnd(listener: (how: 'fin' | 'rst') => void): void {
    this.#backend.onEnd(listener)
  }

  close(): void {
    this.#closed = true
    this.#backend.close()
  }

  #listenIn(exchange: Exchange, statement: RecordedStatement): Exchange {
    let file: Hash | undefined
    let bytes = 0
    return {
      send: async (payload, role) => {
        if (role === 'infile') file = createHash('sha256')
        this.#recorder.noteReply(statement, payload, role)
        await exchange.send(payload, role).catch((error: unknown) => {
          statement.broke = 'client'
          throw error
        })
      },
      receive: async () => {
        const packet = await exchange.receive()
        file?.update(packet.payload)
        bytes += packet.payload.length
        if (packet.payload.length === 0 && file !== undefined) {
          statement.loaded = { bytes, sha256: file.digest('hex') }
          file = undefined
        }
        return packet
      },
    }
  }
}
