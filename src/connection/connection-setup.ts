import { ConnectionError, ConnectionHookError } from '../errors.js'
import { interpolate } from '../sql/interpolate.js'
import { toLiteral } from '../sql/literals.js'
import { publish } from './events.js'
import type { ConnectionHook, HookConnection, SessionVariables } from './hooks.js'
import { hasRows, type PhysicalConnection, type Row } from './physical-connection.js'

/**
 * What a failing hook does: `warn` uses the connection all the same, with a process warning, an
 * event and an entry in the status; `throw` destroys the connection and rejects the acquire; a
 * function decides by throwing or not.
 */
export type HookErrorPolicy = 'warn' | 'throw' | ((error: unknown, hook: string) => void)

/** What the hooks have done so far. */
export interface HookStatus {
  /** Connections that went through all hooks. */
  readonly ready: number
  readonly failed: readonly {
    readonly hook: string
    readonly error: unknown
    readonly connectionId: number
  }[]
  /** Variables of predefined actions that this server does not have. */
  readonly skipped: readonly { readonly variable: string; readonly reason: string }[]
}

const SET_UP = 'session variables'

/** Sets up each new physical connection: time zone, session variables, callbacks. */
export class ConnectionSetup {
  readonly #hooks: readonly ConnectionHook[]
  readonly #onHookError: HookErrorPolicy
  readonly #known = new Map<string, Promise<ReadonlySet<string>>>()
  readonly #failed: { hook: string; error: unknown; connectionId: number }[] = []
  readonly #skipped = new Map<string, string>()
  readonly #warned = new Set<string>()
  #ready = 0

  constructor(hooks: readonly ConnectionHook[], onHookError: HookErrorPolicy) {
    this.#hooks = hooks
    this.#onHookError = onHookError
  }

  status(): HookStatus {
    return Object.freeze({
      ready: this.#ready,
      failed: Object.freeze([...this.#failed]),
      skipped: Object.freeze(
        [...this.#skipped].map(([variable, reason]) => Object.freeze({ variable, reason })),
      ),
    })
  }

  /**
   * Runs once for each physical connection.
   *
   * @throws {ConnectionHookError} when a hook fails and the policy says so
   * @throws {ConnectionError} when the connection itself breaks, whatever the policy
   */
  async run(connection: PhysicalConnection): Promise<void> {
    const wanted = mergeVariables(this.#hooks)
    await this.#attempt(connection, SET_UP, async () => {
      const optional = await this.#keepKnown(connection, wanted.optional)
      await connection.query(setStatement(connection.timeZone, { ...optional, ...wanted.required }))
    })
    const executor = hookConnection(connection)
    for (const { name, callback } of this.#hooks) {
      if (callback !== null) await this.#attempt(connection, name, async () => callback(executor))
    }
    this.#ready += 1
  }

  /** A rejected SET is not harmless behind MatrixOne's proxy, so unknown variables are left out first. */
  async #keepKnown(
    connection: PhysicalConnection,
    optional: SessionVariables,
  ): Promise<SessionVariables> {
    const names = Object.keys(optional)
    if (names.length === 0) return optional
    const { serverVersion } = connection
    const known = this.#known.get(serverVersion) ?? readSwitchNames(connection)
    this.#known.set(serverVersion, known)
    const found = await known.catch((error: unknown) => {
      this.#known.delete(serverVersion)
      throw error
    })
    for (const name of names) {
      if (!found.has(name)) this.#skipped.set(name, `${serverVersion} has no such variable`)
    }
    return Object.fromEntries(Object.entries(optional).filter(([name]) => found.has(name)))
  }

  async #attempt(
    connection: PhysicalConnection,
    hook: string,
    action: () => Promise<void>,
  ): Promise<void> {
    try {
      await action()
    } catch (error) {
      if (connection.isClosed) throw error
      this.#failed.push(Object.freeze({ hook, error, connectionId: connection.id }))
      publish('kysely-matrixone:hook:error', { hook, error, connectionId: connection.id })
      this.#applyPolicy(hook, error)
    }
  }

  #applyPolicy(hook: string, error: unknown): void {
    const message =
      `The connection hook ${JSON.stringify(hook)} failed: ` +
      `${error instanceof Error ? error.message : String(error)}`
    if (typeof this.#onHookError === 'function') return this.#onHookError(error, hook)
    if (this.#onHookError === 'throw') {
      throw new ConnectionHookError(
        `${message} The connection was closed (onHookError: 'throw').`,
        {
          cause: error,
        },
      )
    }
    if (this.#warned.has(message)) return
    this.#warned.add(message)
    process.emitWarning(`${message} The connection is used all the same (onHookError: 'warn').`, {
      type: 'MatrixOneWarning',
    })
  }
}

function mergeVariables(hooks: readonly ConnectionHook[]): {
  readonly optional: SessionVariables
  readonly required: SessionVariables
} {
  const required: SessionVariables = Object.assign({}, ...hooks.map((hook) => hook.variables))
  const optional: SessionVariables = Object.assign(
    {},
    ...hooks.map((hook) => hook.optionalVariables),
  )
  return { optional, required }
}

/** `time_zone` comes first: SET is applied from left to right and not atomically (4.2.0). */
function setStatement(timeZone: string, variables: SessionVariables): string {
  const assignments = Object.entries({ time_zone: timeZone, ...variables }).map(
    ([name, value]) => `${name} = ${toSessionLiteral(value, timeZone)}`,
  )
  return `set ${assignments.join(', ')}`
}

/** The keyword `true` would set a variable to its default, which is off on 4.2.0. */
function toSessionLiteral(value: string | number | boolean, timeZone: string): string {
  return toLiteral(typeof value === 'boolean' ? Number(value) : value, { timeZone })
}

/** The switches of the predefined actions; `in (…)` with several names makes 3.0.14 panic. */
async function readSwitchNames(connection: PhysicalConnection): Promise<ReadonlySet<string>> {
  const rows = await selectRows(connection, "show variables like 'experimental%index'")
  return new Set(rows.map((row) => String(Object.values(row)[0]).toLowerCase()))
}

async function selectRows(connection: PhysicalConnection, sql: string): Promise<readonly Row[]> {
  const [reply] = await connection.query(sql)
  return reply !== undefined && hasRows(reply) ? reply : []
}

function hookConnection(connection: PhysicalConnection): HookConnection {
  return Object.freeze({
    id: connection.id,
    serverVersion: connection.serverVersion,
    execute: async <R>(sql: string, parameters: readonly unknown[] = []) => {
      if (connection.isClosed) throw new ConnectionError('This connection is closed.')
      const { timeZone } = connection
      return (await selectRows(
        connection,
        interpolate(sql, parameters, { timeZone }),
      )) as readonly R[]
    },
  })
}
