import type { ReplyKind } from './commands.js'
import { isEof, isError, MORE_RESULTS, readEof, readOk, readPrepared } from './packets.js'
import { PayloadReader } from './payload-reader.js'

/** The kind of a packet within a reply: its bytes alone do not tell a row from an OK. */
export type PacketRole =
  | 'ok'
  | 'error'
  | 'eof'
  | 'infile'
  | 'header'
  | 'column'
  | 'textRow'
  | 'binaryRow'
  | 'prepared'
  | 'other'

type State = 'start' | 'columns' | 'columnsEnd' | 'rows' | 'definitions' | 'done'

/** Follows the packets of one reply and knows when it is complete. */
export class ReplyProgress {
  readonly #kind: ReplyKind
  readonly #binary: boolean
  #state: State
  #columnsLeft = 0
  /** Blocks of definitions that follow a prepare: parameters, then columns. */
  #blocks: number[] = []

  constructor(kind: ReplyKind, binary: boolean) {
    this.#kind = kind
    this.#binary = binary
    this.#state = kind === 'none' ? 'done' : 'start'
    if (kind === 'fields') {
      this.#state = 'definitions'
      this.#blocks = [Number.POSITIVE_INFINITY]
    }
  }

  get done(): boolean {
    return this.#state === 'done'
  }

  see(payload: Buffer): PacketRole {
    if (isError(payload)) {
      this.#state = 'done'
      return 'error'
    }
    switch (this.#state) {
      case 'start':
        return this.#seeFirst(payload)
      case 'columns':
        this.#columnsLeft -= 1
        if (this.#columnsLeft === 0) this.#state = 'columnsEnd'
        return 'column'
      case 'columnsEnd':
        this.#state = 'rows'
        return 'eof'
      case 'rows':
        if (!isEof(payload)) return this.#binary ? 'binaryRow' : 'textRow'
        this.#state = readEof(payload).status & MORE_RESULTS ? 'start' : 'done'
        return 'eof'
      case 'definitions':
        return this.#seeDefinition(payload)
      case 'done':
        return 'other'
    }
  }

  #seeFirst(payload: Buffer): PacketRole {
    if (this.#kind === 'prepare') return this.#seePrepared(payload)
    if (this.#kind === 'single') {
      this.#state = 'done'
      return payload[0] === 0 ? 'ok' : 'other'
    }
    if (payload[0] === 0) {
      this.#state = readOk(payload).status & MORE_RESULTS ? 'start' : 'done'
      return 'ok'
    }
    // During a login 0xfe and 0x01 ask the client for more; a further packet follows.
    if (this.#kind === 'auth') return 'other'
    if (payload[0] === 0xfb) return 'infile'
    this.#columnsLeft = Number(new PayloadReader(payload).lenencInteger())
    this.#state = 'columns'
    return 'header'
  }

  #seePrepared(payload: Buffer): PacketRole {
    const { parameters, columns } = readPrepared(payload)
    this.#blocks = [parameters, columns].filter((count) => count > 0)
    this.#state = this.#blocks.length === 0 ? 'done' : 'definitions'
    return 'prepared'
  }

  #seeDefinition(payload: Buffer): PacketRole {
    if (!isEof(payload)) return 'column'
    this.#blocks.shift()
    if (this.#blocks.length === 0) this.#state = 'done'
    return 'eof'
  }
}
