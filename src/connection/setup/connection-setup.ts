import { ConnectionError, ConnectionHookError, MatrixOneError } from '../../errors.js'
import type { ResolvedGuards } from '../../guards/guards.js'
import { publish } from '../../observe/events.js'
import { type HookAccess, lendConnection } from './hook-connection.js'
import { HookRunner } from './hook-runner.js'
import { HookJournal, type HookStatus } from './hook-journal.js'
import {
  type ConnectionHook,
  type ConnectionHookInput,
  type HookErrorPolicy,
  toHook,
} from './hooks.js'
import { checkSession } from './session-identity.js'
import { KnownSwitches, mergeVariables, setStatement } from './session-variables.js'
import type { PhysicalConnection } from '../mysql2/physical-connection.js'

/** State of the set-up of one connection. */
export interface SetupState {
  readonly physical: PhysicalConnection
  /** The generation of hooks that it has gone through. */
  generation: number
  /** The hooks that succeeded on it since it was opened or reset. */
  readonly done: Set<ConnectionHook>
}

/** How one set-up goes. */
export interface SetupRun {
  readonly attempt: number
  /** The acquire deadline. */
  readonly signal: AbortSignal
  /** Whether the program made the connection. */
  readonly isGiven: boolean
}

/** Options of a dialect that concern the set-up of its connections. */
export interface ConnectionSetupOptions {
  readonly onHookError: HookErrorPolicy
  /** Milliseconds, the option `hookTimeout`. */
  readonly timeout: number
  readonly guards: ResolvedGuards
}

/** Sets up each new physical connection: who it is, time zone, session variables, callbacks. */
export class ConnectionSetup {
  #hooks: readonly ConnectionHook[]
  readonly #runner: HookRunner
  readonly #journal: HookJournal
  readonly #guards: ResolvedGuards
  readonly #switches = new KnownSwitches()
  #generation = 1
  /** The generation since which every hook has to run again. */
  #runAgainSince = 1

  constructor(hooks: readonly ConnectionHook[], options: ConnectionSetupOptions) {
    this.#hooks = [...hooks]
    this.#runner = new HookRunner(options.timeout, options.guards.autocommit)
    this.#journal = new HookJournal(options.onHookError)
    this.#guards = options.guards
  }

  /** A connection of an older generation has hooks to go through before its next use. */
  get generation(): number {
    return this.#generation
  }

  /** Runs hooks, and the listeners of the pool, within `hookTimeout`. */
  get runner(): HookRunner {
    return this.#runner
  }

  /** The rights of hooks and listeners. */
  accessAt(attempt: number): HookAccess {
    return { attempt, guards: this.#guards }
  }

  status(): HookStatus {
    return this.#journal.status()
  }

  /** Hooks in the order in which they run. */
  get hooks(): readonly ConnectionHook[] {
    return this.#hooks
  }

  /**
   * Adds a hook, for each connection at its next acquire.
   *
   * @returns removes it again; what it has set on open connections stays set
   */
  add(input: ConnectionHookInput): () => void {
    // A copy, so that a hook that is added twice runs twice and is removed once.
    const hook = Object.freeze({ ...toHook(input) })
    this.#hooks = [...this.#hooks, hook]
    this.#generation += 1
    return () => {
      this.#hooks = this.#hooks.filter((one) => one !== hook)
    }
  }

  /** Lets every hook run again on each connection at its next acquire. */
  rerun(): void {
    this.#generation += 1
    this.#runAgainSince = this.#generation
  }

  /**
   * Runs the hooks that a connection has not gone through yet.
   *
   * @throws {ConnectionHookError} when a hook fails and the policy says so, or hangs
   * @throws {MatrixOneError} at the first attempt, for an error that another connection may not have
   * @throws {ConnectionError} when the connection breaks or is not ours, whatever the policy
   * @throws {GuardError} when its sql_mode changes how text is quoted
   */
  async run(state: SetupState, run: SetupRun): Promise<void> {
    const generation = this.#generation
    if (state.generation === 0) this.#journal.noteOpened()
    const isUnknown = state.generation < this.#runAgainSince
    if (isUnknown) state.done.clear()
    const identity = isUnknown ? this.#identify(state.physical, run) : undefined
    // On a connection of the program a SET would commit what is open there.
    if (run.isGiven) await identity
    const pending = this.#hooks.filter((hook) => !state.done.has(hook))
    // Not awaited one after the other: the SET leaves as soon as the first answer is there. It does
    // no harm on the session of another user, because that is closed.
    const variables = this.#setVariables(state.physical, pending, run)
    variables.catch(() => undefined)
    const autocommit = await identity
    const failed = await variables
    if (autocommit === false) await this.#switchAutocommitOn(state.physical, run)
    for (const hook of pending) {
      if (failed.has(hook)) continue
      if (hook.callback === null) {
        state.done.add(hook)
        continue
      }
      const hasSucceeded = await this.#call(state.physical, hook, run)
      // Whatever the policy says about its failure: writes on this connection would be undone.
      this.#runner.refuseLeftOpen(nameOf(hook), state.physical)
      if (hasSucceeded) state.done.add(hook)
    }
    // A hook that was added meanwhile makes the connection stale again.
    if (state.generation === 0) this.#journal.noteReady()
    state.generation = generation
  }

  #identify(physical: PhysicalConnection, { isGiven, signal }: SetupRun): Promise<boolean> {
    const { sqlMode } = this.#guards
    return this.#runner.runOwn(physical, signal, () => checkSession(physical, { sqlMode, isGiven }))
  }

  /** A SET on its own, because hardly a server needs it. */
  async #switchAutocommitOn(physical: PhysicalConnection, { signal }: SetupRun): Promise<void> {
    await this.#runner.runOwn(physical, signal, () => physical.query('set autocommit = 1'))
  }

  /** All variables in one round trip; one by one only to find out whose was refused. */
  async #setVariables(
    physical: PhysicalConnection,
    hooks: readonly ConnectionHook[],
    run: SetupRun,
  ): Promise<ReadonlySet<ConnectionHook>> {
    const failed = new Set<ConnectionHook>()
    try {
      await this.#runner.runOwn(physical, run.signal, () =>
        this.#set(physical, hooks, { time_zone: physical.timeZone }),
      )
    } catch (error) {
      if (physical.isClosed || this.#mayRepeat(error, run)) throw error
      await this.#runner.runOwn(physical, run.signal, () =>
        this.#set(physical, [], { time_zone: physical.timeZone }),
      )
      for (const hook of hooks) {
        if (!(await this.#setOne(physical, hook, run))) failed.add(hook)
      }
    }
    return failed
  }

  async #set(
    physical: PhysicalConnection,
    hooks: readonly ConnectionHook[],
    base: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { optional, required } = mergeVariables(hooks)
    const known = await this.#switches.keepKnown(physical, optional, (variable, reason) =>
      this.#journal.noteSkipped(variable, reason),
    )
    const variables = { ...base, ...known, ...required }
    if (Object.keys(variables).length === 0) return
    await physical.query(setStatement(variables, physical.timeZone))
  }

  #setOne(physical: PhysicalConnection, hook: ConnectionHook, run: SetupRun): Promise<boolean> {
    return this.#attempt(physical, hook, run, () => this.#set(physical, [hook], {}))
  }

  #call(physical: PhysicalConnection, hook: ConnectionHook, run: SetupRun): Promise<boolean> {
    return this.#attempt(physical, hook, run, async () => {
      await lendConnection(physical, this.accessAt(run.attempt), async (connection) =>
        hook.callback?.(connection),
      )
    })
  }

  /** Resolves with whether the hook succeeded. */
  async #attempt(
    physical: PhysicalConnection,
    hook: ConnectionHook,
    run: SetupRun,
    action: () => Promise<void>,
  ): Promise<boolean> {
    const context = {
      hook: hook.name,
      connectionId: physical.id,
      serverVersion: physical.serverVersion,
      attempt: run.attempt,
    }
    const began = performance.now()
    try {
      publish('kysely-matrixone:hook:start', { hook: hook.name, connectionId: physical.id })
      await this.#runner.run(nameOf(hook), physical, run.signal, action, hook.timeout ?? undefined)
      const duration = performance.now() - began
      publish('kysely-matrixone:hook:end', { hook: hook.name, connectionId: physical.id, duration })
      return true
    } catch (error) {
      if (physical.isClosed || this.#mayRepeat(error, run)) {
        this.#journal.noteFailure(error, context)
        throw error
      }
      this.#journal.applyPolicy(hook, error, context)
      return false
    }
  }

  /** Whether another connection is worth a try: the error can be retried, or the connection broke. */
  #mayRepeat(error: unknown, run: SetupRun): boolean {
    return run.attempt === 1 && isRepeatable(error)
  }
}

/** Whether a set-up that failed so may succeed on another connection. */
export function isRepeatable(error: unknown): error is MatrixOneError {
  if (!(error instanceof MatrixOneError) || error instanceof ConnectionHookError) return false
  return error.retryable || error instanceof ConnectionError
}

function nameOf(hook: ConnectionHook): string {
  return `The connection hook ${JSON.stringify(hook.name)}`
}
