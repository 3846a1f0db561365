/** Where and when a fault strikes. */
export interface FaultPoint {
  /**
   * - `before`: the statement has left the client and does not reach the server (the default)
   * - `during-reply`: half of a reply packet has reached the client
   * - `after`: the server has done the statement; the client has none of its reply
   */
  readonly at?: 'before' | 'during-reply' | 'after'
  /**
   * The statement: its SQL, or `COM_PING`, `COM_INIT_DB shop` and so on for other commands. A string
   * must be contained in it. Default: every statement.
   */
  readonly statement?: RegExp | string
  /** Which of the matching statements, counted from 1 since the switch was set (default 1). */
  readonly nth?: number
  /** Only on this connection, counted from 1 in the order of acceptance. */
  readonly connection?: number
  /** With `at: 'during-reply'`: how many packets of the reply pass unharmed first (default 0). */
  readonly packets?: number
}

/** A fault within a reply: a statement that never reaches the server cannot be garbled. */
export interface ReplyFaultPoint extends FaultPoint {
  readonly at?: 'during-reply' | 'after'
}

/** A switch that was set. */
export interface Fault {
  /** Resolves when the fault strikes. */
  readonly struck: Promise<void>
  /** Takes the switch back; does nothing once the fault has struck. */
  cancel(): void
}

export type FaultAction =
  | { readonly kind: 'cut'; readonly how: 'fin' | 'rst' }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  | { readonly kind: 'blackHole' }
  | { readonly kind: 'garble' }
  | { readonly kind: 'stopReading' }

/** A switch with its count of matching statements. */
export class ArmedFault implements Fault {
  readonly action: FaultAction
  readonly at: 'before' | 'during-reply' | 'after'
  readonly packets: number
  readonly struck: Promise<void>
  readonly #point: FaultPoint
  #strike: () => void = () => undefined
  #matches = 0
  #spent = false

  constructor(action: FaultAction, point: FaultPoint, defaultAt: 'before' | 'after') {
    this.action = action
    this.at = point.at ?? defaultAt
    this.packets = point.packets ?? 0
    this.#point = point
    this.struck = new Promise((resolve) => (this.#strike = resolve))
  }

  get spent(): boolean {
    return this.#spent
  }

  /** Counts the statement; true when it is the one that the fault waits for. */
  claims(label: string, connection: number): boolean {
    const { statement, nth = 1, connection: only } = this.#point
    if (this.#spent || (only !== undefined && only !== connection)) return false
    if (typeof statement === 'string' && !label.includes(statement)) return false
    if (statement instanceof RegExp && label.search(statement) < 0) return false
    this.#matches += 1
    this.#spent = this.#matches === nth
    return this.#spent
  }

  strike(): void {
    this.#strike()
  }

  cancel(): void {
    this.#spent = true
  }
}
