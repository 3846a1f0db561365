import type { ConnectionHook } from './hooks.js'
import { type ConnectionRecord, createRecord } from './connection-record.js'
import type { SetupState } from './connection-setup.js'
import { createHookConnection, type HookConnection } from './hook-connection.js'
import type { PhysicalConnection } from './physical-connection.js'
import { watchResets } from './watch-resets.js'

/** Generations of set-ups that never were. */
const NEVER = 0
const RESET = -1

/** What the pool keeps about one physical connection. */
export class PooledConnection implements SetupState {
  readonly physical: PhysicalConnection
  readonly done = new Set<ConnectionHook>()
  generation = NEVER
  /** Whether its end was told to the listeners. */
  hasEnded = false
  #record: ConnectionRecord | undefined
  #handle: HookConnection | undefined

  constructor(physical: PhysicalConnection) {
    this.physical = physical
    watchResets(physical.raw, () => {
      if (this.generation !== NEVER) this.generation = RESET
    })
  }

  /** Whether it was never set up. */
  get isNew(): boolean {
    return this.generation === NEVER
  }

  get record(): ConnectionRecord {
    this.#record ??= createRecord(this.physical)
    return this.#record
  }

  /** What listeners run statements on. */
  get handle(): HookConnection {
    this.#handle ??= createHookConnection(this.physical)
    return this.#handle
  }
}
