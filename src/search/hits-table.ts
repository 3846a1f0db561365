/**
 * The hits of a search as a table that any query can be put around.
 *
 * MatrixOne uses an index only for a SELECT that sorts by the distance alone, and takes plain
 * selections apart when anything stands around them: a join, a filter, a count then loses the index, and
 * without the key in use the search panics (4.2.0). A computed distance that needs the key, and a window
 * over it, keep both (seen in the plans of all compositions of `test/search/compositions.test.ts`).
 */
import {
  ColumnNode,
  type Expression,
  ExpressionWrapper,
  ReferenceNode,
  type RawBuilder,
  type SelectExpression,
  sql,
  type SqlBool,
  TableNode,
} from 'kysely'
import { parseTableReference } from '../managers/names/names.js'
import type { AnyHandle, AnyQuery, AnyTables } from './any-query.js'
import { selectedAs } from './selected-columns.js'

/** Kept in lower case without digits: a CamelCasePlugin leaves such names as they are. */
const HIDDEN = 'hit_key_'

/** A search with its key among the selections, however they are called. */
export interface KeyedSearch {
  readonly query: AnyQuery
  /** The selections that hold the key. */
  readonly keyNames: readonly string[]
}

/** Adds the columns of the key that are not selected, under hidden names. */
export function selectKey(
  query: AnyQuery,
  key: readonly string[],
  hidden: string = HIDDEN,
): KeyedSearch {
  let keyed = query
  const selections = query.toOperationNode().selections ?? []
  const keyNames = key.map((column, index) => {
    const selected = selectedAs(selections, column)
    if (selected !== undefined) return selected
    const name = hiddenName(hidden, index)
    keyed = keyed.select(columnOf(undefined, column).as(name)) as AnyQuery
    return name
  })
  return { query: keyed, keyNames }
}

/** The hidden name of a part of the key: `hit_key_a`, `hit_key_b`, … */
export function hiddenName(hidden: string, index: number): string {
  return `${hidden}${String.fromCodePoint(97 + index)}`
}

/** The parts of a table of hits. */
export interface HitsOf {
  /** The search with its measure selected, sorted and limited. */
  readonly inner: AnyQuery
  readonly keyNames: readonly string[]
  /** The columns that the program selected. */
  readonly names: readonly string[]
  readonly measure: 'distance' | 'score'
  /** A condition on what `measured` gives, for hits that are not searched through an index. */
  readonly having?: (measured: ExpressionWrapper<AnyTables, string, unknown>) => RawBuilder<SqlBool>
  /** Whether the table has the columns of the key, too, for a condition on them around it. */
  readonly showsKey?: boolean
}

/**
 * Wraps a search so that the index is kept under anything that stands around it.
 *
 * ```sql
 * select `b`.`title`, `b`.`distance`, cast(row_number() over (order by `b`.`distance`, `b`.`id`) as int) as `rank`
 * from (select `a`.`title`, `a`.`id`, case when `a`.`id` is null then null else `a`.`distance` end as `distance`
 * from (…) as `a`) as `b`
 * ```
 */
export function hitsTable(
  db: AnyHandle,
  { inner, keyNames, names, measure, having, showsKey = false }: HitsOf,
): AnyQuery {
  const kept = [...new Set([...names, ...keyNames])]
  const shown = showsKey ? kept : names
  const measured = columnOf('a', measure)
  const rows = db.selectFrom(inner.as('a'))
  const barrier = (having === undefined ? rows : rows.where(having(measured))).select([
    ...kept.map((name) => keep('a', name)),
    computed('a', measure, keyNames).as(measure),
  ])
  const order = [
    measure === 'score' ? sql`${columnOf('b', measure)} desc` : columnOf('b', measure),
    ...keyNames.map((name) => columnOf('b', name)),
  ]
  return db
    .selectFrom(barrier.as('b'))
    .select([
      ...shown.map((name) => keep('b', name)),
      keep('b', measure),
      rankBy(order).as('rank'),
    ]) as unknown as AnyQuery
}

/** The barrier: a measure as an expression that needs the key, so that it is not taken apart. */
export function computed(
  table: string,
  measure: string,
  [key]: readonly string[],
): RawBuilder<unknown> {
  const measured = columnOf(table, measure)
  if (key === undefined) return sql`${measured} + 0`
  return sql`case when ${columnOf(table, key)} is null then null else ${measured} end`
}

/** The place of a hit, from 1. As int it is read as a number whatever `types.bigint` says. */
export function rankBy(order: readonly Expression<unknown>[]): RawBuilder<unknown> {
  return sql`cast(row_number() over (order by ${sql.join(order)}) as int)`
}

/** Selects a column of a table or alias under its own name. */
export function keep(table: string, name: string): SelectExpression<AnyTables, string> {
  return PLAIN.test(name) ? `${table}.${name}` : columnOf(table, name).as(name)
}

/** Names that kysely does not take apart. */
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A column of a table, a `database.table` or an alias, whatever characters are in its name. */
export function columnOf(
  table: string | undefined,
  name: string,
): ExpressionWrapper<AnyTables, string, unknown> {
  const column = ColumnNode.create(name)
  return new ExpressionWrapper(
    table === undefined
      ? ReferenceNode.create(column)
      : ReferenceNode.create(column, tableOf(table)),
  )
}

function tableOf(reference: string): TableNode {
  const { database, table } = parseTableReference(reference)
  return database === undefined
    ? TableNode.create(table)
    : TableNode.createWithSchema(database, table)
}
