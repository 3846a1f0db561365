/**
 * The first query of every read: who the server is, what time its clock shows, and whether the
 * database exists. The instant comes from the server: a DDL statement committed just before is
 * always visible under `{mo_ts=<utc_timestamp(6)>}` (60 of 60 on 4.2.0), while a value beyond the
 * server's clock would silently read the present.
 */
import { DataError, UnknownObjectError } from '../../errors.js'
import { type ServerVersion, parseServerVersion } from '../../server/server-version.js'
import { type SqlExecutor, executeSql } from '../statement/execute.js'
import { type Cell, readNullableText, readText } from './catalog-values.js'
import { toLiteral } from '../../sql/literals.js'

/** The server and the database at the moment of the read. */
export interface CatalogHead {
  readonly version: ServerVersion
  /** The server's clock in nanoseconds since 1970-01-01 UTC. */
  readonly now: bigint
  readonly database: string
  readonly databaseId: string
  /** The statement that subscribed the database; null for an ordinary one. */
  readonly subscribedBy: string | null
}

interface HeadRow {
  readonly version: Cell
  readonly utc: Cell
  readonly current_database: Cell
  readonly dat_id: Cell
  readonly datname: Cell
  readonly dat_type: Cell
  readonly dat_createsql: Cell
}

/**
 * Reads the head.
 *
 * @param database the connection's own when undefined
 * @throws {UnknownObjectError} when no database is selected, or it does not exist
 */
export async function readCatalogHead(
  db: SqlExecutor,
  database: string | undefined,
  hint: string,
): Promise<CatalogHead> {
  const wanted = database === undefined ? 'database()' : storedNames(database)
  const select = (utc: string): Promise<readonly HeadRow[]> =>
    executeSql<HeadRow>(
      db,
      'select s.version, s.utc, s.current_database, d.dat_id, d.datname, d.dat_type, d.dat_createsql ' +
        `from (select @@version as version, ${utc} as utc, ` +
        'database() as current_database) s ' +
        `left join mo_catalog.mo_database ${hint} d ` +
        `on d.account_id = current_account_id() and d.datname in (${wanted})`,
    )
  const [row] = await withServerUtc(select)
  const name = readNullableText(row?.datname)
  if (row === undefined || name === null) {
    throw unknownDatabase(database ?? readText(row?.current_database), hint)
  }
  return {
    version: parseServerVersion(readText(row.version)),
    now: parseUtc(readText(row.utc)),
    database: name,
    databaseId: readText(row.dat_id),
    subscribedBy: readText(row.dat_type) === 'subscription' ? readText(row.dat_createsql) : null,
  }
}

/** Runs a SELECT with the server's clock in it, as this server writes it; {@link parseUtc} reads its text. */
export function withServerUtc<T>(select: (utc: string) => Promise<T>): Promise<T> {
  return select('cast(utc_timestamp(6) as char)').catch((error: unknown) => {
    // 3.0.14: utc_timestamp() takes no argument, rounds to seconds, and there is no microsecond().
    if (!(error instanceof DataError) || !error.message.includes('utc_timestamp')) throw error
    return select('concat(unix_timestamp(now(6)), substring(cast(now(6) as char), 20))')
  })
}

/** Nanoseconds of `2026-11-21 10:42:03.431123`, or of seconds since 1970: `1795257723.431123`. */
export function parseUtc(text: string): bigint {
  const [seconds = '', fraction = ''] = text.split('.')
  const milliseconds = /^\d+$/.test(seconds)
    ? Number(seconds) * 1_000
    : Date.parse(`${seconds.replace(' ', 'T')}Z`)
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9))
}

/** The name of a database as a list for IN: stored in lower case, unless with lower_case_table_names=0. */
export function storedNames(database: string): string {
  return [...new Set([database, database.toLowerCase()])].map((each) => toLiteral(each)).join(', ')
}

/** The error for a database that is not there, or was not named. */
export function unknownDatabase(name: string, hint: string): UnknownObjectError {
  if (name === '') {
    return new UnknownObjectError(
      'No database is selected, so there is nothing to read. ' +
        "Name one in the connection URL (mysql://host:6001/shop) or in the call: read({ database: 'shop' }).",
    )
  }
  return new UnknownObjectError(
    `The database ${name} does not exist${hint === '' ? '' : ` at ${hint}`} in this account. ` +
      'Check the name and the account that you log in to (account:user).',
  )
}
