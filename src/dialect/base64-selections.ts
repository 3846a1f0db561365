/**
 * Asks for vectors as the base64 of their bytes, a third of their text, where the schema value knows that
 * a selected column is a `vecf32` or `vecf64` (the server refuses `to_base64` of the others, 20203).
 *
 * Under a column's own name an expression can change what a statement means: ORDER BY finds the name in
 * the list before it finds it in the table and would sort by base64, and HAVING, DISTINCT and UNION compare
 * what is listed (4.2.0). So only the outermost list is written otherwise, and only of a statement that
 * nothing else could read the new values in; every other one gets text. A statement that measures a
 * distance stays text too, because a vector index is used for few forms of it. WHERE, ON, OVER and subqueries
 * find the table's column first, whatever the list calls by its name.
 */
import {
  AliasNode,
  IdentifierNode,
  type OperationNode,
  type OrderByNode,
  RawNode,
  ReferenceNode,
  type RootOperationNode,
  SelectAllNode,
  SelectionNode,
  type SelectQueryNode,
  TableNode,
} from 'kysely'
import { base64Columns, type SchemaIndex } from '../schema/schema-index.js'
import type { TableValue } from '../schema/value.js'
import type { Base64Column } from '../sql/column-vector.js'
import { findRelation, type Relation, relationsOf } from './relations.js'
import { expressionOf, nameOf, selectColumn } from './selections.js'
import { ColumnTracer } from './trace-columns.js'

/** A query with vectors as base64, and which columns of its result they are. */
export interface Base64Selections {
  readonly query: RootOperationNode
  readonly vectors: ReadonlyMap<string, Base64Column>
}

/**
 * Writes the vectors of the outermost list as base64; undefined when none is there or the statement is one
 * that stays as it is.
 *
 * ```sql
 * select `id`, to_base64(`embedding`) as `embedding` from `articles`
 * ```
 */
export function selectBase64(
  query: RootOperationNode,
  schema: SchemaIndex,
): Base64Selections | undefined {
  const list = listOf(query)
  if (list === undefined) return undefined
  const selections = writeOut(query, list, schema)
  if (selections === undefined) return undefined
  const vectors = findVectors(query, selections, schema)
  if (query.kind === 'SelectQueryNode') dropSorted(vectors, query.orderBy)
  if (vectors.size === 0) return undefined
  const written = selections.map((each) => {
    const name = nameOf(each.selection)
    if (!vectors.has(name)) return each
    const base64 = RawNode.create(['to_base64(', ')'], [expressionOf(each.selection)])
    return SelectionNode.create(AliasNode.create(base64, IdentifierNode.create(name)))
  })
  return { query: withList(query, written), vectors }
}

type Selections = readonly SelectionNode[]

/** The parts of a SELECT that leave its list alone; any other part may read it. */
const HARMLESS: ReadonlySet<string> = new Set([
  'kind',
  'from',
  'selections',
  'joins',
  'where',
  'orderBy',
  'limit',
  'offset',
  'fetch',
  'with',
  'explain',
])

function listOf(query: RootOperationNode): Selections | undefined {
  if (query.kind === 'SelectQueryNode') return isHarmless(query) ? query.selections : undefined
  if (!('returning' in query) || relationsOf(query).length !== 1) return undefined
  return query.returning?.selections
}

function isHarmless({ endModifiers = [], ...parts }: SelectQueryNode): boolean {
  // FOR UPDATE and its like; everything else at the end is raw SQL.
  if (endModifiers.some(({ rawModifier }) => rawModifier !== undefined)) return false
  return Object.entries(parts).every(([part, value]) => HARMLESS.has(part) || isEmpty(value))
}

function isEmpty(part: unknown): boolean {
  return part === undefined || (Array.isArray(part) && part.length === 0)
}

function withList(query: RootOperationNode, selections: Selections): RootOperationNode {
  if (query.kind === 'SelectQueryNode') return { ...query, selections }
  if (!('returning' in query) || query.returning === undefined) return query
  return { ...query, returning: { ...query.returning, selections } }
}

/**
 * Writes every `*` out as its columns: beside one that is left, another column could have the name of
 * a vector.
 */
function writeOut(
  query: RootOperationNode,
  list: Selections,
  schema: SchemaIndex,
): Selections | undefined {
  const relations = relationsOf(query)
  const written: SelectionNode[] = []
  for (const each of list) {
    const tables = tablesOf(each.selection, relations)
    if (tables === undefined) written.push(each)
    for (const table of tables ?? []) {
      const columns = table && columnsOf(query, table, schema)
      if (columns === undefined) return undefined
      const qualifier = relations.length > 1 ? table?.qualifier : undefined
      written.push(...columns.map((column) => selectColumn(column, qualifier)))
    }
  }
  return written
}

/** The tables of a `*`; undefined for every other selection. */
function tablesOf(
  selection: OperationNode,
  relations: readonly Relation[],
): readonly (Relation | undefined)[] | undefined {
  if (SelectAllNode.is(selection)) return relations
  if (!ReferenceNode.is(selection) || !SelectAllNode.is(selection.column)) return undefined
  return [selection.table && findRelation(relations, selection.table)]
}

function columnsOf(
  query: RootOperationNode,
  { source }: Relation,
  schema: SchemaIndex,
): TableValue['columns'] {
  if (!TableNode.is(source)) return undefined
  const { schema: database, identifier } = source.table
  const common = 'with' in query ? query.with?.expressions : undefined
  const isCommon = common?.some(({ name }) => name.table.table.identifier.name === identifier.name)
  if (database === undefined && isCommon) return undefined
  return schema.find(database?.name, identifier.name)?.columns
}

/** The selected columns that are vectors, and the only ones of their names. */
function findVectors(
  query: RootOperationNode,
  selections: Selections,
  schema: SchemaIndex,
): Map<string, Base64Column> {
  const tracer = new ColumnTracer<Base64Column>(schema, {
    factsOf: base64Columns,
    unions: 'unknown',
  })
  const vectors = new Map<string, Base64Column>()
  const names = new Set<string>()
  for (const { selection, name, facts } of tracer.outputsOf(withList(query, selections))) {
    if (name === undefined) continue
    const isColumn = ReferenceNode.is(expressionOf(selection))
    const vector = isColumn ? facts.get(name) : undefined
    if (names.has(name)) vectors.delete(name)
    else if (vector !== undefined) vectors.set(name, vector)
    names.add(name)
  }
  return vectors
}

/** Leaves vectors alone by which the result is sorted, or may be. */
function dropSorted(vectors: Map<string, Base64Column>, orderBy: OrderByNode | undefined): void {
  const names = new Map([...vectors.keys()].map((name) => [name.toLowerCase(), name]))
  for (const { orderBy: sorted, direction } of orderBy?.items ?? []) {
    const by = nameOf(sorted)
    if (by === '' || !isDirection(direction)) vectors.clear()
    vectors.delete(names.get(by.toLowerCase()) ?? '')
  }
}

/** A direction of raw SQL may go on with a comma. */
function isDirection(node: OperationNode | undefined): boolean {
  if (node === undefined) return true
  return RawNode.is(node) && /^(?:asc|desc)$/i.test(node.sqlFragments.join('?'))
}
