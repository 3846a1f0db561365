import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  ArmedFault,
  type Fault,
  type FaultAction,
  type FaultPoint,
  type ReplyFaultPoint,
} from './fault-points.js'
import { StatementFaults } from './statement-faults.js'
import { Disconnected } from './wire/packet-socket.js'

/** Opens and closes the port on behalf of `refuseConnections`. */
export interface Door {
  open(): Promise<void>
  shut(): Promise<void>
}

/**
 * Faults between client and server, switched on from a test. Each strikes once, at a named point, on a
 * proxy, a recorder or a player.
 *
 * @example
 * const lost = server.faults.cut({ at: 'after', statement: /^commit/i })
 * await expect(transfer()).rejects.toThrow(UnknownOutcomeError)
 * await lost.struck
 */
export class FaultSwitches {
  readonly #door: Door
  readonly #closing: AbortSignal
  #armed: ArmedFault[] = []
  #greetingDelay = 0
  #shut = false

  /** @internal */
  constructor(door: Door, closing: AbortSignal) {
    this.#door = door
    this.#closing = closing
    // Any number of connections may be held up at once.
    setMaxListeners(0, closing)
  }

  /** Closes the client's connection: with FIN, or with RST (`how: 'rst'`). */
  cut(point: FaultPoint & { readonly how?: 'fin' | 'rst' } = {}): Fault {
    return this.#arm({ kind: 'cut', how: point.how ?? 'fin' }, point)
  }

  /** Holds everything up for `ms` milliseconds, then goes on. */
  delay(point: FaultPoint & { readonly ms: number }): Fault {
    return this.#arm({ kind: 'delay', milliseconds: point.ms }, point)
  }

  /** From this point nothing passes in either direction, and nothing is closed. */
  blackHole(point: FaultPoint = {}): Fault {
    return this.#arm({ kind: 'blackHole' }, point)
  }

  /** Flips bits of a reply packet, behind an intact frame header. */
  garble(point: ReplyFaultPoint = {}): Fault {
    return this.#arm({ kind: 'garble' }, point, 'after')
  }

  /** From this point the client's bytes are not even taken from its socket: its writes pile up. */
  stopReading(point: FaultPoint = {}): Fault {
    return this.#arm({ kind: 'stopReading' }, point)
  }

  /** Closes the port: new connections get ECONNREFUSED, open ones go on. */
  async refuseConnections(): Promise<void> {
    this.#shut = true
    await this.#door.shut()
  }

  /** Opens the port again, under the same number. */
  async acceptConnections(): Promise<void> {
    if (!this.#shut) return
    this.#shut = false
    await this.#door.open()
  }

  /** Greets every new connection `ms` milliseconds late; `Infinity` is a server that never greets. */
  delayGreeting(ms: number): void {
    this.#greetingDelay = ms
  }

  /** Takes all switches back. Connections that were struck stay as they are. */
  async clear(): Promise<void> {
    for (const fault of this.#armed) fault.cancel()
    this.#armed = []
    this.#greetingDelay = 0
    await this.acceptConnections()
  }

  /** @internal */
  async beforeGreeting(): Promise<void> {
    if (this.#greetingDelay > 0) await this.#wait(this.#greetingDelay)
  }

  /** @internal */
  arm(label: string, connection: number): StatementFaults {
    if (this.#armed.length === 0) return StatementFaults.none
    const claimed = this.#armed.filter((fault) => fault.claims(label, connection))
    this.#armed = this.#armed.filter((fault) => !fault.spent)
    return new StatementFaults(claimed, (milliseconds) => this.#wait(milliseconds))
  }

  #arm(action: FaultAction, point: FaultPoint, defaultAt: 'before' | 'after' = 'before'): Fault {
    const fault = new ArmedFault(action, point, defaultAt)
    this.#armed.push(fault)
    return fault
  }

  async #wait(milliseconds: number): Promise<void> {
    try {
      if (milliseconds !== Number.POSITIVE_INFINITY) {
        await sleep(milliseconds, undefined, { signal: this.#closing })
        return
      }
      await new Promise<never>((_, reject) => {
        const stop = (): void => reject(new Disconnected('fin'))
        if (this.#closing.aborted) stop()
        else this.#closing.addEventListener('abort', stop, { once: true })
      })
    } catch {
      throw new Disconnected('fin')
    }
  }
}
