import type { ConnectionHook } from '../setup/hooks.js'
import { type ConnectionRecord, createRecord } from '../setup/connection-record.js'
import type { SetupState } from '../setup/connection-setup.js'
import type { PhysicalConnection } from '../mysql2/physical-connection.js'

/** Generation of a connection that was never set up. */
const NEVER = 0

/**
 * Milliseconds for which an idle connection is taken to be alive. A firewall between it and the server
 * may have silently forgotten it by then, and its next statement would wait forever.
 */
const TRUSTED_IDLE = 30_000

/** State of one physical connection in a pool. */
export class PooledConnection implements SetupState {
  readonly physical: PhysicalConnection
  readonly done = new Set<ConnectionHook>()
  generation = NEVER
  /** Whether the listeners were told of its end. */
  hasEnded = false
  /** When it came back to the pool, by the clock of `performance.now()`. */
  idleSince = Infinity
  #record: ConnectionRecord | undefined

  constructor(physical: PhysicalConnection) {
    this.physical = physical
  }

  /** Whether it was never set up. */
  get isNew(): boolean {
    return this.generation === NEVER
  }

  /** Whether it was idle for so long that it has to be asked whether it is alive. */
  get isDoubtful(): boolean {
    return performance.now() - this.idleSince > TRUSTED_IDLE
  }

  get record(): ConnectionRecord {
    this.#record ??= createRecord(this.physical)
    return this.#record
  }
}
