/**
 * Takes the subquery of a relation apart. MatrixOne has no correlated subquery in FROM (20102), applies
 * the LIMIT of a correlated scalar subquery to all rows together, and joins a subquery whose tie is not
 * an equation wrongly: rows come twice, or `{"id": null}` for none (4.2.0). What is left: a derived
 * table without ties, numbered per partition, and equations around it.
 */
import {
  AggregateFunctionNode,
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  type OperationNode,
  OperatorNode,
  OrderByItemNode,
  ParensNode,
  RawNode,
  ReferenceNode,
  SelectQueryNode,
  TableNode,
  ValueNode,
} from 'kysely'
import { UnsupportedError } from '../../errors.js'
import { findRelation, type Relation as Table, relationsOf } from '../relations.js'
import { nameOf } from '../selections.js'
import { type Member, membersOf } from './relation-node.js'

/** The parts of a relation's subquery. */
export interface RelationParts {
  readonly members: readonly Member[]
  /** `inner = outer`. */
  readonly ties: readonly { readonly inner: OperationNode; readonly outer: OperationNode }[]
  /** Conditions on the subquery's own tables. */
  readonly conditions: readonly OperationNode[]
  readonly order: readonly OrderByItemNode[]
  readonly limit: bigint | undefined
  readonly offset: bigint
}

/** @throws {UnsupportedError} for a subquery that MatrixOne cannot nest, naming the part and the way out */
export function splitRelation(select: SelectQueryNode): RelationParts {
  const clause = refusedClauses.find(([, has]) => has(select))?.[0]
  if (clause !== undefined) {
    throw new UnsupportedError(
      `The subquery of a relation cannot have ${clause} on MatrixOne. ` +
        'Put that into a derived table or a view, and select from it.',
    )
  }
  const tables = relationsOf(select)
  const members = membersOf(select)
  for (const { name, node } of members) {
    refuseOuter(node, tables, `selects ${name} with`)
    if (hasAggregate(node)) throw aggregateRefused(name)
  }
  for (const join of select.joins ?? []) refuseOuter(join, tables, 'joins by')
  const parts = conjunctsOf(select.where?.where).map((node) => sortCondition(node, tables))
  return {
    members,
    ties: parts.flatMap((part) => (part.tie === undefined ? [] : [part.tie])),
    conditions: parts.flatMap((part) => (part.condition === undefined ? [] : [part.condition])),
    order: (select.orderBy?.items ?? []).map((item) => {
      refuseOuter(item, tables, 'is ordered by')
      return { ...item, orderBy: behindAlias(item.orderBy, members, select) }
    }),
    limit: select.limit === undefined ? undefined : countOf(select.limit.limit, 'LIMIT'),
    offset: select.offset === undefined ? 0n : countOf(select.offset.offset, 'OFFSET'),
  }
}

const refusedClauses: readonly (readonly [string, (node: SelectQueryNode) => boolean])[] = [
  ['WITH', (node) => node.with !== undefined],
  ['GROUP BY', (node) => node.groupBy !== undefined],
  ['HAVING', (node) => node.having !== undefined],
  [
    'DISTINCT',
    ({ distinctOn, frontModifiers }) => isFilled(distinctOn) || isFilled(frontModifiers),
  ],
  ['a union', ({ setOperations }) => isFilled(setOperations)],
  ['FETCH or TOP', ({ fetch, top }) => fetch !== undefined || top !== undefined],
  ['FOR UPDATE', ({ endModifiers }) => isFilled(endModifiers)],
]

function isFilled(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0
}

function conjunctsOf(node: OperationNode | undefined): readonly OperationNode[] {
  if (node === undefined) return []
  if (AndNode.is(node)) return [...conjunctsOf(node.left), ...conjunctsOf(node.right)]
  return ParensNode.is(node) && AndNode.is(node.node) ? conjunctsOf(node.node) : [node]
}

function sortCondition(
  node: OperationNode,
  tables: readonly Table[],
): {
  readonly tie?: { readonly inner: OperationNode; readonly outer: OperationNode }
  readonly condition?: OperationNode
} {
  if (outerReference(node, tables) === undefined) return { condition: node }
  if (BinaryOperationNode.is(node) && isEquation(node)) {
    const { leftOperand: left, rightOperand: right } = node
    if (isInner(left, tables) && isOuter(right, tables))
      return { tie: { inner: left, outer: right } }
    if (isInner(right, tables) && isOuter(left, tables))
      return { tie: { inner: right, outer: left } }
  }
  throw new UnsupportedError(
    'The subquery of a relation is tied to the query around it by another condition than inner column = ' +
      'outer column. MatrixOne answers such a subquery wrongly (4.2.0). Tie it by whereRef(inner, "=", outer), ' +
      'or join the tables.',
  )
}

function isEquation({ operator }: BinaryOperationNode): boolean {
  return OperatorNode.is(operator) && operator.operator === '='
}

function isInner(node: OperationNode, tables: readonly Table[]): boolean {
  return outerReference(node, tables) === undefined
}

function isOuter(node: OperationNode, tables: readonly Table[]): boolean {
  return ReferenceNode.is(node) && outerReference(node, tables) !== undefined
}

function refuseOuter(node: OperationNode, tables: readonly Table[], does: string): void {
  const outer = outerReference(node, tables)
  if (outer === undefined) return
  throw new UnsupportedError(
    `The subquery of a relation ${does} ${outer}, which belongs to the query around it. MatrixOne takes ` +
      'such a column in the WHERE of the subquery only (4.2.0): select it in the query around it.',
  )
}

/** It would be over the rows of all parents: the derived table is tied to its parents from outside. */
function aggregateRefused(name: string): UnsupportedError {
  return new UnsupportedError(
    `The subquery of a relation cannot aggregate or have a window on MatrixOne, as ${name} does. Select an ` +
      'aggregate as a subquery of its own, in jsonBuildObject if it belongs in an object; or group or ' +
      'number the rows in a derived table, and select from that.',
  )
}

/** An aggregate or window of this query, not one of a query in it. */
function hasAggregate(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(hasAggregate)
  const node = value as OperationNode
  if (AggregateFunctionNode.is(node)) return true
  if (SelectQueryNode.is(node) || ValueNode.is(node)) return false
  return Object.values(node).some(hasAggregate)
}

/** The first column of a table that neither the subquery nor a query in it names. */
function outerReference(value: unknown, tables: readonly Table[]): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return firstOf(value, tables)
  const node = value as OperationNode
  if (ReferenceNode.is(node)) {
    const { table } = node
    if (table === undefined || findRelation(tables, table) !== undefined) return undefined
    return `${table.table.identifier.name}.${nameOf(node.column)}`
  }
  if (TableNode.is(node) || ValueNode.is(node)) return undefined
  const inside = SelectQueryNode.is(node) ? [...tables, ...relationsOf(node)] : tables
  return firstOf(Object.values(node), inside)
}

function firstOf(values: readonly unknown[], tables: readonly Table[]): string | undefined {
  for (const value of values) {
    const found = outerReference(value, tables)
    if (found !== undefined) return found
  }
  return undefined
}

/** A window orders by expressions, not by the aliases of the selection around it. */
function behindAlias(
  node: OperationNode,
  members: readonly Member[],
  { selections = [] }: SelectQueryNode,
): OperationNode {
  const isBare = ColumnNode.is(node) || (ReferenceNode.is(node) && node.table === undefined)
  if (!isBare) return node
  const at = selections.findIndex(
    ({ selection }) => AliasNode.is(selection) && nameOf(selection) === nameOf(node),
  )
  return at < 0 ? node : (members[at]?.node ?? node)
}

function countOf(node: OperationNode, clause: string): bigint {
  const literal = RawNode.is(node) && node.parameters.length === 1 ? node.parameters[0] : node
  const value = literal !== undefined && ValueNode.is(literal) ? literal.value : undefined
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return BigInt(value as number)
  throw new UnsupportedError(`The ${clause} of a relation must be a whole number.`)
}
