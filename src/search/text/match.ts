import { type AliasableExpression, type RawBuilder, sql, type SqlBool } from 'kysely'
import { UnsupportedError } from '../../errors.js'
import { HandleNames } from '../../managers/names/handle-names.js'
import { runtimeOf } from '../../managers/statement/runtime-of.js'
import { timeTravelOf } from '../../time-travel/time-travel-plugin.js'
import { checkArgument } from '../../options/check-options.js'
import { listOf, text as textRule } from '../../options/option-rules.js'
import { findTableValue } from '../table-value.js'
import type { AnyHandle } from '../any-query.js'
import { columnOf } from '../hits-table.js'
import { type TextQuery, toTextQuery } from './text-query.js'

/** `MATCH … AGAINST` as a condition, with its score as an expression of its own. */
export interface Match extends RawBuilder<SqlBool> {
  /** How well a row matches, larger is better; to select or sort by. */
  readonly score: AliasableExpression<number>
  /** Whether the text has no words: then the condition is false. */
  readonly isEmpty: boolean
}

/**
 * Makes the condition and its score.
 *
 * @throws {UnsupportedError} for columns that no full-text index covers, and under `at`
 */
export function createMatch(
  db: AnyHandle,
  call: string,
  table: string,
  columns: readonly string[],
  query: TextQuery | string,
): Match {
  refusePast(db, call)
  checkArgument(call, 'The columns', listOf(textRule), columns)
  checkColumns(db, call, table, columns)
  const { pattern, patterns } = toTextQuery(query)
  const isEmpty = pattern === ''
  const list = sql.join(columns.map((column) => columnOf(table, column)))
  const [first, ...others] = patterns.map(
    (each) => sql`match(${list}) against(${each} in boolean mode)`,
  )
  // MatrixOne has no sum of two scores, so that of the first counts.
  const score: RawBuilder<number> = isEmpty ? sql<number>`0e0` : sql<number>`${first}`
  const condition: RawBuilder<SqlBool> = isEmpty
    ? sql<SqlBool>`false`
    : sql<SqlBool>`${sql.join([first, ...others], sql` and `)}`
  return Object.freeze(Object.assign(condition, { score, isEmpty }))
}

function refusePast(db: AnyHandle, call: string): void {
  const hint = timeTravelOf(db)?.hint
  if (hint === undefined) return
  throw new UnsupportedError(
    `${call} cannot search at ${hint}: MatrixOne joins today's full-text index with the old rows and ` +
      'finds too few. Filter with LIKE, or clone the table at that state and search there.',
  )
}

function checkColumns(
  db: AnyHandle,
  call: string,
  tableName: string,
  columns: readonly string[],
): void {
  const schema = runtimeOf(db)?.schema
  if (schema === undefined) return
  const indexes = Object.values(findTableValue(db, schema, tableName)?.fulltext ?? {})
  const wanted = setOf(new HandleNames(db).columns(columns))
  if (indexes.some((covered) => setOf(covered) === wanted)) return
  throw new UnsupportedError(
    `${call}: no full-text index of ${tableName} covers exactly ${columns.join(', ') || 'no columns'}. ` +
      `Its indexes cover: ${indexes.map((covered) => `(${covered.join(', ')})`).join(', ') || 'nothing'}. ` +
      'Create one by db.fulltextIndex.create and generate again.',
  )
}

function setOf(columns: readonly string[]): string {
  return columns
    .map((column) => column.toLowerCase())
    .toSorted()
    .join('\n')
}
