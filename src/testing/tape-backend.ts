import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from './command.js'
import type { Backend, Exchange } from './exchange.js'
import type { Recording, Slot, TapeLibrary } from './tape/tape-library.js'
import { fromTapePacket } from './tape/tape-packets.js'
import { writeGreeting } from './wire/greeting.js'
import { readLogin } from './wire/login.js'
import { Disconnected } from './wire/packet-socket.js'
import { readPrepared, writeError, writeOk, writePrepared } from './wire/packets.js'

/** Milliseconds that a reply waits for the statement of another connection that was recorded before it. */
const LONGEST_WAIT_MS = 5000

/** State that the players of one tape share. */
export interface Playing {
  readonly library: TapeLibrary
  readonly closing: AbortSignal
  /** The players of the recorded connections, by their number. */
  readonly byConnection: Map<number, TapeBackend>
  /** Notes an unanswered statement and returns the message for the client. */
  readonly refuse: (command: Command, connection: number, loadedOther: boolean) => string
}

/** Answers one client from a tape. */
export class TapeBackend implements Backend {
  readonly #playing: Playing
  readonly #connection: number
  readonly #endListeners: ((how: 'fin' | 'rst') => void)[] = []
  readonly #closed = new AbortController()
  #slot: Slot | undefined
  #lastStatementId = 0

  constructor(playing: Playing, connection: number) {
    this.#playing = playing
    this.#connection = connection
  }

  connect(): Promise<Buffer> {
    const { library } = this.#playing
    const thread = library.slot(this.#connection)?.connection.thread
    if (typeof thread === 'object') return Promise.resolve(fromTapePacket(thread))
    const threads = library.tape.connections.map((one) =>
      typeof one.thread === 'number' ? one.thread : 0,
    )
    // Not a recorded connection: an id that none of the recorded ones has.
    const threadId = thread ?? Math.max(0, ...threads) + this.#connection
    const salt = Buffer.from('a-salt-for-the-tapes')
    return Promise.resolve(writeGreeting({ ...library.tape.greeting, threadId, salt }))
  }

  async login(payload: Buffer, exchange: Exchange): Promise<boolean> {
    this.#slot = this.#playing.library.takeSlot(this.#connection, readLogin(payload))
    if (this.#slot !== undefined) this.#playing.byConnection.set(this.#slot.number, this)
    const reply = fromTapePacket(this.#slot?.connection.login ?? { ok: {} })
    const accepted = reply[0] === 0
    await exchange.send(reply, accepted ? 'ok' : 'error')
    return accepted
  }

  async answer(command: Command, exchange: Exchange): Promise<void> {
    if (command.reply === 'none') return
    const candidates = this.#playing.library.candidates(command, this.#slot)
    const [first] = candidates
    if (first !== undefined) return await this.#play(command, first, candidates, exchange)
    const isRoutine = command.name === 'COM_PING' || command.name === 'COM_STMT_RESET'
    if (isRoutine) await exchange.send(...okPacket())
    else await exchange.send(...this.#refuse(command, false))
  }

  onEnd(listener: (how: 'fin' | 'rst') => void): void {
    this.#endListeners.push(listener)
  }

  close(): void {
    this.#closed.abort()
  }

  /** Closes the connection as the server did in the recording. */
  end(): void {
    for (const listener of this.#endListeners) listener('fin')
  }

  async #play(
    command: Command,
    first: Recording,
    candidates: readonly Recording[],
    exchange: Exchange,
  ): Promise<void> {
    let recording = first
    recording.used = true
    recording.markAsked()
    await this.#waitFor(recording)
    let index = 0
    while (index < recording.statement.reply.length) {
      const packet = recording.statement.reply[index]
      index += 1
      if (packet === undefined) break
      if ('infile' in packet) {
        const name = this.#playing.library.text.restore(packet.infile)
        await exchange.send(fromTapePacket({ infile: name }), 'infile')
        const loaded = await readFile(exchange)
        const same = [recording, ...candidates].find((one) => wasLoaded(one, loaded))
        if (same === undefined) return await exchange.send(...this.#refuse(command, true))
        if (same !== recording) {
          recording.used = false
          same.used = true
          recording = same
        }
      } else {
        await this.#sendPacket(command, fromTapePacket(packet), index === 1, exchange)
      }
    }
    for (const connection of recording.statement.closes ?? []) {
      this.#playing.byConnection.get(connection)?.end()
    }
    const { broke } = recording.statement
    if (broke === 'client') for (;;) await exchange.receive()
    if (broke !== undefined) throw new Disconnected(broke)
  }

  async #sendPacket(
    command: Command,
    payload: Buffer,
    isFirst: boolean,
    exchange: Exchange,
  ): Promise<void> {
    if (!isFirst || command.reply !== 'prepare' || payload[0] !== 0) {
      return await exchange.send(payload, 'other')
    }
    this.#lastStatementId += 1
    const prepared = { ...readPrepared(payload), statementId: this.#lastStatementId }
    await exchange.send(writePrepared(prepared), 'prepared')
  }

  async #waitFor({ statement }: Recording): Promise<void> {
    const before =
      statement.after === undefined ? undefined : this.#playing.library.at(statement.after)
    if (before === undefined || before.used) return
    const stopWaiting = new AbortController()
    const signal = AbortSignal.any([stopWaiting.signal, this.#closed.signal, this.#playing.closing])
    await Promise.race([
      before.asked,
      sleep(LONGEST_WAIT_MS, undefined, { signal }).catch(() => undefined),
    ])
    stopWaiting.abort()
    if (this.#closed.signal.aborted) throw new Disconnected('fin')
  }

  #refuse(command: Command, loadedOther: boolean): readonly [Buffer, 'error'] {
    const message = this.#playing.refuse(command, this.#connection, loadedOther)
    const text = Buffer.from(message, 'utf8')
    return [writeError({ errno: 1105, sqlState: 'HY000', message: text }), 'error']
  }
}

function okPacket(): readonly [Buffer, 'ok'] {
  const ok = { affectedRows: 0n, insertId: 0n, status: 2, warnings: 0, info: Buffer.alloc(0) }
  return [writeOk(ok), 'ok']
}

async function readFile(exchange: Exchange): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for (;;) {
    const { payload } = await exchange.receive()
    if (payload.length === 0) return { bytes, sha256: hash.digest('hex') }
    hash.update(payload)
    bytes += payload.length
  }
}

function wasLoaded({ statement }: Recording, loaded: { readonly sha256: string }): boolean {
  return statement.loaded === undefined || statement.loaded.sha256 === loaded.sha256
}
