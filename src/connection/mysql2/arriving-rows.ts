import type { Row } from './reply.js'

/** A statement under way whose rows arrive in chunks. */
export interface RowStream {
  /** Resolves with up to `size` rows, and with an empty array at the end. */
  next(size: number): Promise<Row[]>
  /** Whether the whole answer has arrived. */
  readonly ended: boolean
  /** Drops the rest of the answer and resolves when the server has sent all of it or failed. */
  discard(): Promise<void>
}

/** The flow of bytes from the server. */
interface Flow {
  pause(): void
  resume(): void
}

/** Rows between the socket, which pushes them, and their reader, who takes them in chunks. */
export class ArrivingRows implements RowStream {
  readonly #readAhead: number
  readonly #flow: Flow
  readonly #rows: Row[] = []
  #waiting: (() => void)[] = []
  #failure: unknown
  #hasEnded = false
  #isDiscarding = false

  /** @param readAhead the number of rows from which on the server is paused */
  constructor(readAhead: number, flow: Flow) {
    this.#readAhead = readAhead
    this.#flow = flow
  }

  get ended(): boolean {
    return this.#hasEnded
  }

  /** Whether further rows are dropped. */
  get isDiscarding(): boolean {
    return this.#isDiscarding
  }

  /** Takes a row that has arrived. */
  push(row: Row): void {
    this.#rows.push(row)
    if (this.#rows.length >= this.#readAhead) this.#flow.pause()
    this.#wake()
  }

  /** Notes that a row could not be read; the rest is dropped. */
  fail(error: unknown): void {
    this.#failure ??= error
    this.#isDiscarding = true
    this.#wake()
  }

  /** Notes the end of the answer, or the error that came instead of it. */
  end(error: unknown = this.#failure): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#failure = error
    this.#wake()
  }

  async next(size: number): Promise<Row[]> {
    while (this.#rows.length < size && !this.#hasEnded && this.#failure === undefined) {
      this.#flow.resume()
      if (this.#rows.length >= size || this.#hasEnded) break
      await this.#arrival()
    }
    if (this.#rows.length === 0 && this.#failure !== undefined) throw this.#failure
    return this.#rows.splice(0, size)
  }

  async discard(): Promise<void> {
    this.#isDiscarding = true
    this.#rows.length = 0
    if (!this.#hasEnded) this.#flow.resume()
    while (!this.#hasEnded) await this.#arrival()
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resume of waiting) resume()
  }
}
