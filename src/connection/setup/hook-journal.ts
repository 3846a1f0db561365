import { publish } from '../../observe/events.js'
import type { ConnectionHook, HookContext, HookErrorPolicy } from './hooks.js'
import { ConnectionHookError } from '../../errors.js'
import { messageOf } from '../../server/rewrap-error.js'

/** Record of the hooks of a pool so far. */
export interface HookStatus {
  /** Connections whose set-up began. */
  readonly opened: number
  /** Connections that went through all hooks. */
  readonly ready: number
  /** How many hooks failed. */
  readonly failures: number
  /** The latest failures, at most 100. */
  readonly failed: readonly HookFailure[]
  /** Variables of predefined actions that this server does not have. */
  readonly skipped: readonly { readonly variable: string; readonly reason: string }[]
}

/** One hook that failed on one connection. */
export interface HookFailure {
  readonly hook: string
  readonly error: unknown
  readonly connectionId: number
}

const KEPT_FAILURES = 100

/** Counts runs of hooks, and applies the policy to a hook that fails. */
export class HookJournal {
  readonly #onHookError: HookErrorPolicy
  readonly #failed: HookFailure[] = []
  readonly #skipped = new Map<string, string>()
  readonly #warned = new Set<string>()
  #opened = 0
  #ready = 0
  #failures = 0

  constructor(onHookError: HookErrorPolicy) {
    this.#onHookError = onHookError
  }

  status(): HookStatus {
    return Object.freeze({
      opened: this.#opened,
      ready: this.#ready,
      failures: this.#failures,
      failed: Object.freeze([...this.#failed]),
      skipped: Object.freeze(
        [...this.#skipped].map(([variable, reason]) => Object.freeze({ variable, reason })),
      ),
    })
  }

  noteOpened(): void {
    this.#opened += 1
  }

  noteReady(): void {
    this.#ready += 1
  }

  noteSkipped(variable: string, reason: string): void {
    this.#skipped.set(variable, reason)
  }

  /** @throws {ConnectionHookError} or the error that the policy throws */
  applyPolicy(hook: Pick<ConnectionHook, 'onError'>, error: unknown, context: HookContext): void {
    const { hook: name, connectionId } = context
    this.noteFailure(error, context)
    const policy = hook.onError ?? this.#onHookError
    if (typeof policy === 'function') return policy(error, context)
    const message = `The connection hook ${JSON.stringify(name)} failed: ${messageOf(error)}`
    if (policy === 'throw') {
      throw new ConnectionHookError(
        `${message} The connection ${connectionId} was closed (onHookError: 'throw').`,
        { cause: error },
      )
    }
    if (this.#warned.has(message)) return
    if (this.#warned.size < KEPT_FAILURES) this.#warned.add(message)
    process.emitWarning(`${message} The connection is used anyway (onHookError: 'warn').`, {
      type: 'MatrixOneWarning',
    })
  }

  noteFailure(error: unknown, { hook, connectionId }: HookContext): void {
    this.#failures += 1
    this.#failed.push(Object.freeze({ hook, error, connectionId }))
    if (this.#failed.length > KEPT_FAILURES) this.#failed.shift()
    publish('kysely-matrixone:hook:error', { hook, error, connectionId })
  }
}
