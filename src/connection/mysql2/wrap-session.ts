/**
 * State of a connection inside an open transaction. Nothing can be set there, because MatrixOne ends a
 * transaction at any SET; so values are sent and read in the zone that its session has.
 */
import type { PoolConnection, PoolOptions } from 'mysql2'
import { MatrixOneError } from '../../errors.js'
import { toOffset } from '../../sql/time-zone.js'
import { selectRows } from '../setup/select-rows.js'
import { PhysicalConnection, type WireOptions } from './physical-connection.js'
import type { GuardAction } from '../../guards/guards.js'
import { guardSessionMode } from '../../guards/sql-mode.js'
import { type ExistingConnection, refuseUnsafe, unwrap, whenConnected } from './wrap-existing.js'

/** Each view listens to its connection, so a connection that wraps many transactions has one view. */
const VIEWS = new WeakMap<PoolConnection, Map<string, PhysicalConnection>>()

/**
 * Recognises an existing connection.
 *
 * @throws {MatrixOneError} for a pool, and for options that make it unsafe
 */
export function requireConnection(
  input: string | PoolOptions | ExistingConnection,
): PoolConnection {
  const existing = typeof input === 'string' ? undefined : unwrap(input)
  if (existing?.kind !== 'connection') {
    throw new MatrixOneError(
      'A transaction lives on one connection: give the mysql2 connection that began it, not a pool.',
    )
  }
  refuseUnsafe(existing)
  return existing.connection
}

/**
 * Makes our view of the connection, in its session's own time zone.
 *
 * @throws {GuardError} when its sql_mode changes how text is quoted
 * @throws {MatrixOneError} when no transaction is open on it
 */
export async function wrapSession(
  raw: PoolConnection,
  wire: Omit<WireOptions, 'timeZone'>,
  sqlMode: GuardAction,
): Promise<PhysicalConnection> {
  await whenConnected(raw)
  const first = viewOf(raw, { ...wire, timeZone: '+00:00' })
  const [row] = await selectRows(
    first,
    'select @@sql_mode as mode, timestampdiff(second, utc_timestamp(), now()) as ahead',
  )
  if (!first.inTransaction) throw noTransaction()
  guardSessionMode(first.serverVersion, row?.['mode'], sqlMode)
  // The statement reads its two clocks one after the other, and zones are quarters of an hour.
  const minutesAhead = Math.round(Number(row?.['ahead']) / 900) * 15
  return viewOf(raw, { ...wire, timeZone: toOffset(minutesAhead) })
}

function noTransaction(): Error {
  return new MatrixOneError(
    'No transaction is open on this connection, so each statement would be committed at once. Begin ' +
      'one first: await connection.beginTransaction().',
  )
}

function viewOf(raw: PoolConnection, wire: WireOptions): PhysicalConnection {
  const views = VIEWS.get(raw) ?? new Map<string, PhysicalConnection>()
  VIEWS.set(raw, views)
  const key = JSON.stringify(wire)
  const view = views.get(key) ?? new PhysicalConnection(raw, wire)
  views.set(key, view)
  return view
}
