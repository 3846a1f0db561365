import { UnsupportedError, ValueError } from '../../errors.js'
import { executeSql, executeStatement, pinConnection, type SqlExecutor } from './execute.js'

/** Session variables by name; booleans become 1 and 0, because MatrixOne reads `true` as "default". */
export type VariableValues = Readonly<Record<string, number | boolean | string>>

/**
 * Runs the callback on one connection with session variables set, and gives the connection back to
 * the pool as it was: a variable that stays set would belong to the connection's next user.
 *
 * @param instead what to do when `db` is a transaction, as a sentence: any SET commits it
 * @throws {UnsupportedError} in a transaction whose variables differ
 */
export async function withSessionVariables<T>(
  db: SqlExecutor,
  values: VariableValues,
  instead: string,
  callback: (one: SqlExecutor) => Promise<T>,
): Promise<T> {
  return pinConnection(db, async (one) => {
    const previous = await readVariables(one, Object.keys(values))
    const changes = Object.entries(values)
      .map(([name, value]) => [name, typeof value === 'boolean' ? Number(value) : value] as const)
      .filter(([name, value]) => previous.get(name) !== String(value))
    if (changes.length === 0) return callback(one)
    if (db.isTransaction) {
      const [[name] = ['']] = changes
      throw new UnsupportedError(
        `${name} would have to be set, and MatrixOne commits a transaction at any SET. ${instead}`,
      )
    }
    await setVariables(one, changes)
    try {
      return await callback(one)
    } finally {
      await setVariables(
        one,
        changes.map(([name]) => [name, previous.get(name) ?? '0']),
      )
    }
  })
}

async function readVariables(
  db: SqlExecutor,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const list = names.map((name) => `@@${checkVariable(name)} as ${name}`)
  const [row] = await executeSql<Record<string, unknown>>(db, `select ${list.join(', ')}`)
  return new Map(names.map((name) => [name, String(row?.[name])]))
}

/** Sets variables for the rest of the session, or until they are set back. */
export async function setVariables(
  db: SqlExecutor,
  values: readonly (readonly [name: string, value: number | string])[],
): Promise<void> {
  const assignments = values.map(([name]) => `${checkVariable(name)} = ?`)
  const parameters = values.map(([, value]) =>
    typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value,
  )
  const text = `set ${assignments.join(', ')}`
  await executeStatement(db, text, parameters, { isSetBack: true })
}

function checkVariable(name: string): string {
  if (/^[a-z_]+$/.test(name)) return name
  throw new ValueError(`${JSON.stringify(name)} is not a session variable.`)
}
