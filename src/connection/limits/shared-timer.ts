import { startTimer } from './durations.js'

interface Waiting {
  readonly expires: number
  readonly expire: () => void
}

/**
 * One timer for many waits of the same length: a timer for each acquire would cost more than the rest
 * of the acquire. It does not keep the process alive; what is waited for does.
 */
export class SharedTimer {
  readonly #milliseconds: number
  /** In order of expiry, because all waits are equally long. */
  readonly #waiting = new Set<Waiting>()
  #timer: NodeJS.Timeout | undefined

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
  }

  /** How many are waited for now. */
  get size(): number {
    return this.#waiting.size
  }

  /** Calls `expire` when the time is over, unless the returned function was called before. */
  add(expire: () => void): () => void {
    const waiting = { expires: performance.now() + this.#milliseconds, expire }
    this.#waiting.add(waiting)
    if (this.#timer === undefined) this.#timer = this.#schedule(this.#milliseconds)
    return () => this.#waiting.delete(waiting)
  }

  #schedule(milliseconds: number): NodeJS.Timeout | undefined {
    return startTimer(milliseconds, () => this.#check())?.unref()
  }

  #check(): void {
    const now = performance.now()
    this.#timer = undefined
    for (const waiting of this.#waiting) {
      // Waits that began together end together, although a timer counts whole milliseconds.
      if (waiting.expires >= now + 1) {
        this.#timer = this.#schedule(Math.ceil(waiting.expires - now))
        return
      }
      this.#waiting.delete(waiting)
      waiting.expire()
    }
  }
}
