/**
 * Whether the id in the server's OK packet is the id of the row. It is not for a table without
 * auto_increment (a stale id of the session), for one without a primary key (its hidden key
 * `__mo_fake_pk_col` counts too), for a temporary table (whose entry in the catalog has another name),
 * and for a table with a full-text index: there it counts the rows of the hidden index table (2, 4, 6
 * for the rows 1, 2, 3; seen on 3.0.14, 4.1.4 and 4.2.0). Only the catalog tells such tables apart, so
 * each connection asks it once for each.
 */
import type { CompiledQuery } from 'kysely'
import type { PhysicalConnection } from '../connection/mysql2/physical-connection.js'
import { hasRows, type OkReply, type Reply } from '../connection/mysql2/reply.js'
import type { SqlStatement } from '../sql/analyze-sql.js'
import { toLiteral } from '../sql/literals.js'
import { type InsertTarget, insertTarget } from './insert-target.js'

/** Milliseconds after which a table is looked at again: another program may give it an index. */
const TRUSTED_FOR = 10_000

/** DDL of this program makes everything known doubtful. */
const CHANGING = new Set(['CREATE', 'ALTER', 'DROP', 'RENAME', 'RESTORE', 'TRUNCATE'])

interface Known {
  readonly until: number
  readonly trusted: boolean
  /** The greatest id so far on this connection: a table that was made again counts from 1. */
  lastId: bigint
}

/** Knowledge of one session about its tables, by their names in it. */
interface SessionKnowledge {
  readonly tables: Map<string, Known>
  /** The state of the program's DDL that it belongs to. */
  readonly generation: number
}

/** Sends a question within the limits of the statement that it is about. */
export type Ask = (question: () => Promise<readonly Reply[]>) => Promise<readonly Reply[]>

/** Whether a result that the server answers wrongly is left out or handed on. */
export type UntrueResults = 'omit' | 'report'

/** Knows for which tables the server's insert id is the row's. */
export class InsertIds {
  readonly untrueResults: UntrueResults
  readonly #known = new WeakMap<PhysicalConnection, SessionKnowledge>()
  readonly #withTemporaryTables = new WeakSet<PhysicalConnection>()
  /** Connections whose open transaction holds DDL, which others see only after its end. */
  readonly #changing = new Set<PhysicalConnection>()
  #generation = 0

  constructor(untrueResults: UntrueResults) {
    this.untrueResults = untrueResults
  }

  /** Forgets tables that statements may have changed, or may name now. */
  noteStatements(connection: PhysicalConnection, statements: readonly SqlStatement[]): void {
    for (const { keyword, keywords } of statements) {
      if (keyword === 'USE') this.#known.delete(connection)
      if (!CHANGING.has(keyword)) continue
      this.#generation += 1
      if (connection.inTransaction) this.#changing.add(connection)
      if (keywords[1] === 'TEMPORARY') this.#withTemporaryTables.add(connection)
    }
  }

  /** The id of the one row that was inserted; several rows are answered with the last one's. */
  async read(
    connection: PhysicalConnection,
    query: CompiledQuery,
    { affectedRows, insertId }: OkReply,
    ask: Ask,
  ): Promise<bigint | undefined> {
    if (insertId === 0) return undefined
    const id = toUnsigned(insertId)
    if (this.untrueResults === 'report') return id
    if (affectedRows !== 1 || !(await this.#isTrue(connection, query, id, ask))) return undefined
    return id
  }

  async #isTrue(
    connection: PhysicalConnection,
    query: CompiledQuery,
    id: bigint,
    ask: Ask,
  ): Promise<boolean> {
    const target = insertTarget(query)
    if (target === undefined || this.#withTemporaryTables.has(connection)) return false
    if (this.#changing.size > 0) this.#noteEnds()
    const { tables } = this.#knowledgeOf(connection)
    const key = JSON.stringify([target.schema, target.table])
    const known = tables.get(key)
    const isSame = known !== undefined && (!known.trusted || id > known.lastId)
    if (isSame && known.until > performance.now() && !this.#changing.has(connection)) {
      known.lastId = id
      return known.trusted
    }
    const trusted = await askCatalog(connection, target, ask)
    tables.set(key, { until: performance.now() + TRUSTED_FOR, trusted, lastId: id })
    return trusted
  }

  #knowledgeOf(connection: PhysicalConnection): SessionKnowledge {
    let knowledge = this.#known.get(connection)
    if (knowledge?.generation !== this.#generation) {
      knowledge = { tables: new Map(), generation: this.#generation }
      this.#known.set(connection, knowledge)
    }
    return knowledge
  }

  /** Notes transactions with DDL that have been committed or rolled back. */
  #noteEnds(): void {
    for (const connection of this.#changing) {
      if (connection.inTransaction && !connection.isClosed) continue
      this.#changing.delete(connection)
      this.#generation += 1
    }
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
  ask: Ask,
): Promise<boolean> {
  const owner = schema === undefined ? 'database()' : toLiteral(schema)
  // Names are stored in lower case unless the server was set up otherwise.
  const names = [...new Set([table, table.toLowerCase()])].map((name) => toLiteral(name))
  try {
    const [reply] = await ask(() =>
      connection.query(
        'select count(c.attname) as counting, count(i.id) as distorting, ' +
          "count(case when c.attname = '__mo_fake_pk_col' then 1 end) as keyless " +
          'from mo_catalog.mo_tables t left join mo_catalog.mo_columns c on c.att_relname_id = t.rel_id and c.att_is_auto_increment = 1 ' +
          "left join mo_catalog.mo_indexes i on i.table_id = t.rel_id and i.algo = 'fulltext' " +
          `where t.account_id = current_account_id() and t.reldatabase = ${owner} ` +
          `and t.relname in (${names.join(', ')})`,
      ),
    )
    const row = reply !== undefined && hasRows(reply) ? reply[0] : undefined
    const isDistorted = Number(row?.['distorting']) > 0 || Number(row?.['keyless']) > 0
    return Number(row?.['counting']) > 0 && !isDistorted
  } catch {
    // Without the right to read the catalog, or an answer in time, nothing is known and no id claimed:
    // the row is there.
    return false
  }
}
