/**
 * The identity of a new session, asked once per connection. MatrixOne's proxy with
 * `conn-cache-enabled` hands out sessions by account and password alone: the user, role and database
 * of the login are ignored (4.2.0). And a server-wide `sql_mode` may change how text is quoted.
 */
import { ConnectionError, MatrixOneError } from '../../errors.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { selectRows } from './select-rows.js'
import type { PhysicalConnection } from '../mysql2/physical-connection.js'
import type { GuardAction } from '../../guards/guards.js'
import { guardSessionMode } from '../../guards/sql-mode.js'

/** The names inside a login: `account:user:role`. */
export interface Login {
  readonly user: string
  readonly role: string | undefined
}

/** How a new session is looked at. */
export interface SessionCheck {
  /** The guard of that name. */
  readonly sqlMode?: GuardAction
  /** Whether the program made the connection, and may have begun something on it. */
  readonly isGiven?: boolean
}

/**
 * Compares the session with what the connection asked for, and goes to its database if the server
 * did not. The end of the answer says whether autocommit is on and a transaction open.
 *
 * SQL: ``select user() as user, database() as `database`, @@sql_mode as mode``
 *
 * @returns whether autocommit is on; off, as after `set global autocommit = 0`, it has to be set
 * @throws {ConnectionError} when it is the session of another user or role
 * @throws {MatrixOneError} when the program has begun a transaction on it or switched autocommit off
 * @throws {GuardError} when its sql_mode changes how text is quoted
 */
export async function checkSession(
  physical: PhysicalConnection,
  { sqlMode = 'refuse', isGiven = false }: SessionCheck = {},
): Promise<boolean> {
  const { user: userInput, database } = physical.raw.config
  const login = parseLogin(userInput ?? '')
  const role = login.role === undefined ? '' : ', current_role() as role'
  const [session = {}] = await selectRows(
    physical,
    `select user() as user, database() as \`database\`, @@sql_mode as mode${role}`,
  )
  // Read before the answer to a statement behind it: that of a SET says on in any case (4.2.0).
  const { autocommit, inTransaction } = physical
  const said = String(session['user']).replace(/@[^@]*$/, '')
  if (login.user !== '' && said !== login.user) throw anotherSession('user', login.user, said)
  if (login.role !== undefined && session['role'] !== login.role) {
    throw anotherSession('role', login.role, String(session['role']))
  }
  guardSessionMode(physical.serverVersion, session['mode'], sqlMode)
  // Another database than asked for is the program's own USE, before it handed the connection over.
  const isNowhere = session['database'] === null || session['database'] === ''
  if (isNowhere && database !== undefined && database !== '') {
    await physical.query(`use ${quoteIdentifier(database)}`)
  }
  if (isGiven && autocommit && inTransaction) throw givenInTransaction()
  if (isGiven && !autocommit) await refuseChosen(physical)
  return autocommit
}

/** Off for every new session, the program did not choose it, so it can be set. */
async function refuseChosen(physical: PhysicalConnection): Promise<void> {
  const [row] = await selectRows(physical, 'select @@global.autocommit as everywhere')
  if (Number(row?.['everywhere']) === 0) return
  throw new MatrixOneError(
    'Autocommit is off on the connection that this MatrixOne was given, so its writes would be undone ' +
      'with the connection. Send set autocommit = 1 on it first, or begin a transaction on it and ' +
      'give it to wrapTransaction().',
  )
}

/** A connection of the program with a transaction that the program has begun. */
export function givenInTransaction(): MatrixOneError {
  return new MatrixOneError(
    'A transaction is open on the connection that this MatrixOne was given; what is sent would become ' +
      'part of it. Commit it first, or use wrapTransaction() for statements inside of it.',
  )
}

/**
 * Reads a login as the server does: `account:user:role`, with `:`, `#` or `%3A` between the names
 * and `?label=value` for the proxy behind them. Names are case-sensitive (4.2.0).
 */
export function parseLogin(input: string): Login {
  const login = input.split('?', 1)[0] ?? ''
  const separator = [':', '#', '%3A'].find((candidate) => login.includes(candidate))
  if (separator === undefined) return { user: login, role: undefined }
  const [, user = '', ...role] = login.split(separator)
  return { user, role: role.length === 0 ? undefined : role.join(separator) }
}

function anotherSession(what: 'user' | 'role', asked: string, said: string): ConnectionError {
  return new ConnectionError(
    `The login asked for the ${what} ${JSON.stringify(asked)} and the session belongs to ` +
      `${JSON.stringify(said)}. MatrixOne's proxy with conn-cache-enabled gives a kept session to ` +
      'any login with the same account and password (4.2.0). Turn that option off.',
  )
}
