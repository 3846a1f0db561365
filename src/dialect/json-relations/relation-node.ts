/** How `kysely-matrixone/helpers` marks a relation in a query's tree. */
import { type OperationNode, ParensNode, RawNode, SelectQueryNode, ValueNode } from 'kysely'
import { UnsupportedError } from '../../errors.js'
import { expressionOf, nameOf } from '../selections.js'

export const ARRAY = 'json_array_from('
export const OBJECT = 'json_object_from('
export const BUILD = 'json_build_object('

/** A relation in a query's tree. */
export type Relation =
  | { readonly kind: 'array' | 'object'; readonly select: SelectQueryNode }
  | { readonly kind: 'build'; readonly members: readonly Member[] }

/** A member of the objects of a relation. */
export interface Member {
  readonly name: string
  readonly node: OperationNode
}

/** Reads a relation from a node; undefined for every other node. */
export function readRelation(node: OperationNode): Relation | undefined {
  if (!RawNode.is(node)) return undefined
  const [mark] = node.sqlFragments
  if (mark === BUILD) return { kind: 'build', members: readPairs(node.parameters) }
  if (mark !== ARRAY && mark !== OBJECT) return undefined
  const select = withoutParens(node.parameters[0])
  if (select === undefined || !SelectQueryNode.is(select)) {
    throw new UnsupportedError(
      'jsonArrayFrom and jsonObjectFrom take a query that was made with selectFrom().',
    )
  }
  return { kind: mark === ARRAY ? 'array' : 'object', select }
}

/** The relation of a selection, with or without an alias around it. */
export function relationOfSelection(selection: OperationNode): Relation | undefined {
  return readRelation(expressionOf(selection))
}

/**
 * The members that a subquery selects.
 *
 * @throws {UnsupportedError} for a `*` and for an expression without an alias
 */
export function membersOf({ selections = [] }: SelectQueryNode): readonly Member[] {
  return selections.map(({ selection }) => {
    const name = nameOf(selection)
    if (name !== '') return { name, node: expressionOf(selection) }
    throw new UnsupportedError(
      'A relation needs the names of its columns, and selectAll() has none. ' +
        "Name them in the subquery: select(['orders.id', 'orders.total']).",
    )
  })
}

/** The name of the member that an ordered relation is sorted by: one that no column has. */
export function orderMember(names: readonly string[]): string {
  let order = '#'
  while (names.includes(order)) order += '#'
  return order
}

function readPairs(parameters: readonly OperationNode[]): readonly Member[] {
  const members: Member[] = []
  for (let at = 0; at + 1 < parameters.length; at += 2) {
    const key = parameters[at]
    const node = parameters[at + 1] as OperationNode
    // sql.lit wraps its value in a raw node.
    const literal = key !== undefined && RawNode.is(key) ? key.parameters[0] : key
    if (literal === undefined || !ValueNode.is(literal)) continue
    members.push({ name: String(literal.value), node })
  }
  return members
}

function withoutParens(node: OperationNode | undefined): OperationNode | undefined {
  return node !== undefined && ParensNode.is(node) ? withoutParens(node.node) : node
}
