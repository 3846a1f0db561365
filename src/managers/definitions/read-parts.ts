import { executeSql, type SqlExecutor } from '../statement/execute.js'

/** One table, all tables of a database, or those of the account, at one time. */
export interface DefinitionPlace {
  /** The connection's own when absent; null for all databases of the account. */
  readonly database?: string | null | undefined
  /** All tables when absent. */
  readonly table?: string | undefined
  /** ` {snapshot = 'friday'}`; empty for the present. */
  readonly hint?: string
}

/** A column, an invisible index, or a table with a comment. */
export interface PartRow {
  readonly side: number
  readonly part: 'column' | 'index' | 'table'
  readonly owner: string
  readonly table: string
  readonly name: string
  readonly type: string
  readonly default: string | null
  readonly notNull: number
  readonly autoIncrement: number
  readonly comment: string
}

/** Databases that no restore puts back. */
const SYSTEM =
  "('mo_catalog', 'information_schema', 'mysql', 'system', 'system_metrics', 'mo_task', 'mo_debug')"

/** Columns of an account that are looked at, at most. */
const MOST_COLUMNS = 5_000

/**
 * Reads the parts of definitions of which a copy may differ.
 *
 * ```sql
 * select 0 as side, 'column' as part, att_database as owner, … from mo_catalog.mo_columns
 * where account_id = current_account_id() and att_database = coalesce('shop', database()) and …
 * union all select 0, 'index', … union all select 0, 'table', … union all select 1, …
 * ```
 */
export async function readParts(
  db: SqlExecutor,
  places: readonly DefinitionPlace[],
): Promise<readonly PartRow[]> {
  const questions = places.map(questionAbout)
  const texts = questions.map(({ texts: [columns, ...others] }, side) =>
    [
      `select ${side} as side, 'column' as part, ${columns ?? ''}`,
      ...others.map((text) => `select ${side}, ${text}`),
    ].join(' union all '),
  )
  const values = questions.flatMap((question) => question.values)
  return executeSql<PartRow>(db, texts.join(' union all '), values)
}

/**
 * Reads the columns of all databases of the account that a copy may change, and what became of their
 * tables.
 */
export async function readAccountParts(
  db: SqlExecutor,
  hint: string,
): Promise<readonly [source: readonly PartRow[], made: readonly PartRow[]]> {
  const at = { database: null, hint }
  const { texts, values } = questionAbout(at)
  const [columns, ...others] = texts
  const source = await executeSql<PartRow>(
    db,
    [
      `select 0 as side, 'column' as part, ${columns ?? ''} and (length(attr_enum) > 0 ` +
        "or att_comment like '%\\\\\\\\%' or (att_is_auto_increment = 1 and attnotnull = 0) " +
        "or mo_show_visible_bin(att_default, 1) like '%''%' or mo_show_visible_bin(att_default, 1) like '%\"%')",
      ...others.map((text) => `select 0, ${text}`),
    ].join(' union all ') + ` limit ${MOST_COLUMNS}`,
    values,
  )
  const tables = [...new Set(source.map(({ table }) => table))]
  if (tables.length === 0) return [[], []]
  const made = await readParts(db, [{ database: null }])
  return [source, made.filter(({ table }) => tables.includes(table))]
}

function questionAbout({ database, table, hint = '' }: DefinitionPlace): {
  readonly texts: readonly string[]
  readonly values: readonly (string | null)[]
} {
  const within = (owner: string, name: string): string =>
    (database === null ? `${owner} not in ${SYSTEM}` : `${owner} = coalesce(?, database())`) +
    (table === undefined ? ` and ${name} not like '\\\\_\\\\_mo\\\\_%'` : ` and ${name} = ?`)
  const values = [
    ...(database === null ? [] : [database?.toLowerCase() ?? null]),
    ...(table === undefined ? [] : [table.toLowerCase()]),
  ]
  return {
    texts: [
      'att_database as owner, att_relname as `table`, attname as name, case when length(attr_enum) > 0 ' +
        'then mo_show_visible_bin_enum(atttyp, attr_enum) else mo_show_visible_bin(atttyp, 3) end as `type`, ' +
        'mo_show_visible_bin(att_default, 1) as `default`, attnotnull as notNull, ' +
        'att_is_auto_increment as autoIncrement, att_comment as comment ' +
        `from mo_catalog.mo_columns${hint} where account_id = current_account_id() and att_is_hidden = 0 ` +
        `and ${within('att_database', 'att_relname')}`,
      `'index', t.reldatabase, t.relname, i.name, '', null, 0, 0, '' from mo_catalog.mo_indexes${hint} as i ` +
        `join mo_catalog.mo_tables${hint} as t on i.table_id = t.rel_id where t.account_id = current_account_id() ` +
        `and i.is_visible = 0 and ${within('t.reldatabase', 't.relname')}`,
      "'table', reldatabase, relname, '', '', null, 0, 0, rel_comment " +
        `from mo_catalog.mo_tables${hint} where account_id = current_account_id() and rel_comment <> '' ` +
        `and ${within('reldatabase', 'relname')}`,
    ],
    values: [...values, ...values, ...values],
  }
}
