/** The one SET of a connection's set-up, and the switches that the server has for it. */
import { toLiteral } from '../../sql/literals.js'
import { selectRows } from './select-rows.js'
import type { ConnectionHook, SessionVariables } from './hooks.js'
import type { PhysicalConnection } from '../mysql2/physical-connection.js'

/** Variables that hooks want to be set, the switches of predefined actions apart. */
export interface WantedVariables {
  readonly optional: SessionVariables
  readonly required: SessionVariables
}

/** Puts the variables of several hooks together; the later one wins. */
export function mergeVariables(hooks: readonly ConnectionHook[]): WantedVariables {
  const required: SessionVariables = Object.assign({}, ...hooks.map((hook) => hook.variables))
  const optional: SessionVariables = Object.assign(
    {},
    ...hooks.map((hook) => hook.optionalVariables),
  )
  return { optional, required }
}

/**
 * One plain SET with literals: it is replayed when MatrixOne's proxy moves the session to another
 * node, which no other form is (4.2.0). It is applied from left to right and not atomically.
 */
export function setStatement(variables: SessionVariables, timeZone: string): string {
  const assignments = Object.entries(variables).map(
    ([name, value]) => `${name} = ${toSessionLiteral(value, timeZone)}`,
  )
  return `set ${assignments.join(', ')}`
}

/** The keyword `true` would set a variable to its default, which is off on 4.2.0. */
function toSessionLiteral(value: string | number | boolean, timeZone: string): string {
  return toLiteral(typeof value === 'boolean' ? Number(value) : value, { timeZone })
}

/** Knows which switches a server has, asking each version once. */
export class KnownSwitches {
  readonly #known = new Map<string, Promise<ReadonlySet<string>>>()

  /** Keeps the variables that the server has; a rejected SET does harm behind MatrixOne's proxy. */
  async keepKnown(
    connection: PhysicalConnection,
    variables: SessionVariables,
    skip: (variable: string, reason: string) => void,
  ): Promise<SessionVariables> {
    const names = Object.keys(variables)
    if (names.length === 0) return variables
    const { serverVersion } = connection
    const known = this.#known.get(serverVersion) ?? readSwitchNames(connection)
    this.#known.set(serverVersion, known)
    const found = await known.catch((error: unknown) => {
      this.#known.delete(serverVersion)
      throw error
    })
    for (const name of names) {
      if (!found.has(name)) skip(name, `${serverVersion} has no such variable`)
    }
    return Object.fromEntries(Object.entries(variables).filter(([name]) => found.has(name)))
  }
}

/** The switches of the predefined actions; `in (…)` with several names makes 3.0.14 panic. */
async function readSwitchNames(connection: PhysicalConnection): Promise<ReadonlySet<string>> {
  const rows = await selectRows(connection, "show variables like 'experimental%index'")
  return new Set(rows.map((row) => String(Object.values(row)[0]).toLowerCase()))
}
