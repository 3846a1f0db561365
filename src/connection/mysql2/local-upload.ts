/**
 * The bytes of one `LOAD DATA LOCAL`, on their way to the server through mysql2.
 *
 * - An empty packet means the end of the file. mysql2 writes one for a chunk of length 0 and another
 *   one at the end, which the server reads as an empty *command*: the whole MatrixOne process panics
 *   (4.2.0). So empty chunks never leave.
 * - mysql2 takes Buffers only, and does not wait for the socket: without pacing the whole file would
 *   be held in memory.
 * - When a statement ends before its file (KILL QUERY), the rest would arrive as commands. Then the
 *   socket is closed.
 */
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { LoadDataError } from '../../errors.js'
import { messageOf } from '../../server/rewrap-error.js'

/** Bytes of a file in one packet, at most. */
const CHUNK_BYTES = 1024 * 1024

const PACING = ['pause', 'drain'] as const

type Progress = 'unasked' | 'sending' | 'sent' | 'failed'

/** One file on its way; the server may also never ask for it. */
export class LocalUpload {
  readonly #source: AsyncIterable<Uint8Array>
  readonly #socket: Socket
  #progress: Progress = 'unasked'
  readonly #listeners = new Map<(typeof PACING)[number], ReadonlySet<unknown>>()
  #failure: LoadDataError | undefined

  constructor(source: AsyncIterable<Uint8Array>, socket: Socket) {
    this.#source = source
    this.#socket = socket
  }

  /** The failure of the source itself. */
  get failure(): LoadDataError | undefined {
    return this.#failure
  }

  /** Whether mysql2 may still write bytes of the file to the socket. */
  get isSending(): boolean {
    return this.#progress === 'sending'
  }

  /** For mysql2, which calls it when the server asks; the path that the server names is ignored. */
  readonly open = (): Readable => {
    this.#progress = 'sending'
    for (const event of PACING) this.#listeners.set(event, new Set(this.#socket.listeners(event)))
    const stream = Readable.from(this.#chunks(), { objectMode: false, highWaterMark: CHUNK_BYTES })
    stream.once('end', () => (this.#progress = 'sent'))
    stream.once('error', () => (this.#progress = 'failed'))
    return stream
  }

  /** Takes mysql2's listeners off the socket: it leaves two behind for each file. */
  close(): void {
    for (const [event, before] of this.#listeners) {
      for (const listener of this.#socket.listeners(event)) {
        if (!before.has(listener)) this.#socket.off(event, listener as () => void)
      }
    }
  }

  async *#chunks(): AsyncGenerator<Buffer, void, undefined> {
    try {
      for await (const chunk of this.#source) {
        const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
          await this.#drained()
          if (this.#socket.destroyed) return
          yield bytes.subarray(start, start + CHUNK_BYTES)
        }
      }
    } catch (error) {
      this.#failure = new LoadDataError(
        `The source of the rows failed: ${messageOf(error)} ` +
          'The rows that the server had received are undone with the transaction.',
        { cause: error },
      )
      throw this.#failure
    }
  }

  async #drained(): Promise<void> {
    const socket = this.#socket
    if (!socket.writableNeedDrain || socket.destroyed) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('drain', done)
        socket.off('close', done)
        resolve()
      }
      socket.on('drain', done)
      socket.on('close', done)
    })
  }
}
