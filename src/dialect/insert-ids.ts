/**
 * Whether the id in the server's OK packet is the id of the row. It is not for a table without
 * auto_increment (a stale id of the session), and not for a table with a full-text index: there it
 * counts the rows of the hidden index table (2, 4, 6 for the rows 1, 2, 3; seen on 3.0.14, 4.1.4
 * and 4.2.0). Only the catalog tells such tables apart, so it is asked once for each.
 */
import type { CompiledQuery } from 'kysely'
import type { PhysicalConnection } from '../connection/mysql2/physical-connection.js'
import { hasRows, type OkReply } from '../connection/mysql2/reply.js'
import { toLiteral } from '../sql/literals.js'
import { type InsertTarget, insertTarget } from './insert-target.js'

/** Milliseconds after which a table is looked at again: another program may give it an index. */
const TRUSTED_FOR = 10_000

/** DDL of this program makes everything known doubtful. */
const CHANGING = new Set(['CREATE', 'ALTER', 'DROP', 'RENAME', 'RESTORE', 'TRUNCATE'])

interface Known {
  readonly until: number
  readonly trusted: boolean
}

/** Whether a result that the server answers wrongly is left out or handed on. */
export type UntrueResults = 'omit' | 'report'

/** Knows for which tables the server's insert id is the row's. */
export class InsertIds {
  readonly untrueResults: UntrueResults
  readonly #known = new Map<string, Known>()

  constructor(untrueResults: UntrueResults) {
    this.untrueResults = untrueResults
  }

  /** Forgets tables that a statement with this leading keyword may have changed. */
  noteStatement(keyword: string): void {
    if (CHANGING.has(keyword)) this.#known.clear()
  }

  /** The id of the one row that was inserted; several rows are answered with the last one's. */
  async read(
    connection: PhysicalConnection,
    query: CompiledQuery,
    { affectedRows, insertId }: OkReply,
  ): Promise<bigint | undefined> {
    if (insertId === 0) return undefined
    const id = toUnsigned(insertId)
    if (this.untrueResults === 'report') return id
    return affectedRows === 1 && (await this.#isTrue(connection, query)) ? id : undefined
  }

  async #isTrue(connection: PhysicalConnection, query: CompiledQuery): Promise<boolean> {
    const target = insertTarget(query)
    if (target === undefined) return false
    const key = JSON.stringify([connection.raw.config.database, target.schema, target.table])
    const known = this.#known.get(key)
    if (known !== undefined && known.until > performance.now()) return known.trusted
    const trusted = await askCatalog(connection, target)
    this.#known.set(key, { until: performance.now() + TRUSTED_FOR, trusted })
    return trusted
  }
}

/** mysql2 reads an id from 2^63 on as a negative one. Ids are generated from 1 on, so none is negative. */
function toUnsigned(insertId: number | string): bigint {
  return BigInt.asUintN(64, BigInt(insertId))
}

/**
 * ```sql
 * select count(c.attname) as counting, count(i.id) as distorting from mo_catalog.mo_tables t …
 * ```
 */
async function askCatalog(
  connection: PhysicalConnection,
  { schema, table }: InsertTarget,
): Promise<boolean> {
  const owner = schema === undefined ? 'database()' : toLiteral(schema)
  // Names are stored in lower case unless the server was set up otherwise.
  const names = [...new Set([table, table.toLowerCase()])].map((name) => toLiteral(name))
  try {
    const [reply] = await connection.query(
      'select count(c.attname) as counting, count(i.id) as distorting from mo_catalog.mo_tables t ' +
        'left join mo_catalog.mo_columns c on c.att_relname_id = t.rel_id and c.att_is_auto_increment = 1 ' +
        "left join mo_catalog.mo_indexes i on i.table_id = t.rel_id and i.algo = 'fulltext' " +
        `where t.account_id = current_account_id() and t.reldatabase = ${owner} ` +
        `and t.relname in (${names.join(', ')})`,
    )
    const row = reply !== undefined && hasRows(reply) ? reply[0] : undefined
    return Number(row?.['counting']) > 0 && Number(row?.['distorting']) === 0
  } catch {
    // Without the right to read the catalog nothing is known, so no id is claimed.
    return false
  }
}
