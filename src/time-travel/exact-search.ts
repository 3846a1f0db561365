/**
 * Under a time hint a search through a vector index answers with *present* rows and distances, in
 * every mode but `force`, which does not use the index (4.2.0); so such a search is made exact. An
 * exact search sorts rows without a vector first, which the index does not hold: they are left out.
 */
import {
  AliasNode,
  ColumnNode,
  IdentifierNode,
  type OperationNode,
  type OrderByItemNode,
  RawNode,
  ReferenceNode,
  SelectModifierNode,
  type SelectQueryNode,
  WhereNode,
} from 'kysely'
import { distanceFunctions } from '../sql/distances.js'
import { flattenRaw } from './raw-tables.js'
import { someNode } from './some-node.js'

const distanceCall = new RegExp(`\\b(?:${distanceFunctions.join('|')})\\s*\\(`, 'i')
const beginsWithDistance = new RegExp(`^\\s*${distanceCall.source}`, 'i')

const option = "by rank with option 'mode=force'"
const force = Object.freeze(SelectModifierNode.createWithExpression(RawNode.createWithSql(option)))

/** For a SELECT with raw SQL, which may end in a comment: that would swallow the option. */
const forceOnNewLine = Object.freeze(
  SelectModifierNode.createWithExpression(RawNode.createWithSql(`\n${option}`)),
)

/** Whether a distance between vectors is computed anywhere in a statement. */
export function computesDistance(node: OperationNode): boolean {
  return someNode(
    node,
    (one) => isDistance(one) || (RawNode.is(one) && distanceCall.test(one.sqlFragments.join('?'))),
  )
}

/** A call of a distance function, and nothing around it. */
function isDistance(node: OperationNode): boolean {
  if (RawNode.is(node)) return beginsWithDistance.test(flattenRaw(node).text)
  return node.kind === 'FunctionNode' && distanceCall.test(`${(node as { func?: string }).func}(`)
}

/**
 * Makes a sorted SELECT exact. The top level of a UNION is left alone, because its parts are SELECTs.
 *
 * ```sql
 * select … where `embedding` is not null order by l2_distance(`embedding`, '[…]') limit 10
 * by rank with option 'mode=force'
 * ```
 */
export function makeExact(node: SelectQueryNode): SelectQueryNode {
  if (node.orderBy === undefined || node.setOperations?.length) return node
  const modifiers = node.endModifiers ?? []
  if (modifiers.some((modifier) => /mode=force/.test(rankOption(modifier)))) return node
  const others = modifiers.filter((modifier) => rankOption(modifier) === '')
  const last = mayEndInComment(node) ? forceOnNewLine : force
  const exact: SelectQueryNode = { ...node, endModifiers: [...others, last] }
  const vector = vectorOfSearch(node)
  if (vector === undefined) return exact
  const present = RawNode.create(
    ['', `${mayEndInComment(vector) ? '\n' : ' '}is not null`],
    [vector],
  )
  const { where } = node
  return {
    ...exact,
    where: where ? WhereNode.cloneWithOperation(where, 'And', present) : WhereNode.create(present),
  }
}

/** Whether raw SQL anywhere in it has the signs of a line comment. */
function mayEndInComment(node: OperationNode): boolean {
  return someNode(node, (one) => RawNode.is(one) && /--|#|\/\//.test(one.sqlFragments.join('?')))
}

/** The text of `by rank with option …`, or `''` for another modifier. */
function rankOption({ rawModifier }: SelectModifierNode): string {
  if (rawModifier === undefined || !RawNode.is(rawModifier)) return ''
  const { text } = flattenRaw(rawModifier)
  return /^\s*by\s+rank\b/i.test(text) ? text : ''
}

/**
 * The vector of a nearest-neighbour search: one table, sorted by one distance alone, with a limit.
 * Only this shape uses an index, so only here would rows without a vector be a surprise.
 */
function vectorOfSearch(node: SelectQueryNode): OperationNode | undefined {
  const [item, second] = node.orderBy?.items ?? []
  const one = node.from?.froms.length === 1 && !node.joins?.length && node.groupBy === undefined
  if (!one || node.limit === undefined || item === undefined || second !== undefined)
    return undefined
  if (isDescending(item)) return undefined
  const distance = aliasedBy(node, item.orderBy)
  if (!isDistance(distance)) return undefined
  const inputs = RawNode.is(distance)
    ? flattenRaw(distance).parameters.map((parameter) => parameter.node)
    : ((distance as { arguments?: readonly OperationNode[] }).arguments ?? [])
  const columns = inputs.filter((input) => ReferenceNode.is(input) || ColumnNode.is(input))
  return columns.length === 1 ? columns[0] : distance
}

function isDescending({ direction }: OrderByItemNode): boolean {
  return (
    direction !== undefined &&
    RawNode.is(direction) &&
    /desc/i.test(direction.sqlFragments[0] ?? '')
  )
}

/** The sort key of `order by d`: the selection called `d`, or the expression itself. */
function aliasedBy(node: SelectQueryNode, sortKey: OperationNode): OperationNode {
  const name = nameOf(sortKey)
  if (name === undefined) return sortKey
  for (const { selection } of node.selections ?? []) {
    if (!AliasNode.is(selection) || !IdentifierNode.is(selection.alias)) continue
    if (selection.alias.name === name) return selection.node
  }
  return sortKey
}

function nameOf(node: OperationNode): string | undefined {
  if (ColumnNode.is(node)) return node.column.name
  if (!ReferenceNode.is(node) || node.table !== undefined) return undefined
  return ColumnNode.is(node.column) ? node.column.column.name : undefined
}
