/**
 * RETURNING of an ENUM or SET column is refused by the server (20105 `volatile function`, no column
 * named; 4.2.0), but its number is not. So the number is asked for, and the schema value has the
 * members: `returning kind + 0 as kind`. In DELETE the number is refused too.
 */
import {
  AliasNode,
  ColumnNode,
  IdentifierNode,
  type OperationNode,
  RawNode,
  ReferenceNode,
  type ReturningNode,
  type RootOperationNode,
  SelectAllNode,
  SelectionNode,
  TableNode,
} from 'kysely'
import { UnsupportedError } from '../errors.js'
import { ownMember, type SchemaIndex } from '../schema/schema-index.js'
import type { TableValue } from '../schema/value.js'
import { memberAt, membersIn } from './members.js'
import { relationsOf } from './relations.js'
import { expressionOf, nameOf } from './selections.js'

/** Turns a number of the server into the member or members. */
export type MemberRead = (value: unknown) => unknown

/** A RETURNING clause with numbers for members, and the reads that make members of them. */
export interface ReturnedMembers {
  readonly returning: ReturningNode
  readonly reads: ReadonlyMap<string, MemberRead>
}

/**
 * Asks for the numbers of ENUM and SET columns; undefined when none is returned.
 *
 * @throws {UnsupportedError} from a DELETE, naming the columns
 */
export function returnMembers(
  node: RootOperationNode & { readonly returning?: ReturningNode },
  schema: SchemaIndex,
): ReturnedMembers | undefined {
  const { returning } = node
  const [relation, ...others] = relationsOf(node)
  if (returning === undefined || relation === undefined || others.length > 0) return undefined
  const { source } = relation
  if (!TableNode.is(source)) return undefined
  const { identifier, schema: database } = source.table
  const table = schema.find(database?.name, identifier.name)
  if (table?.enums === undefined && table?.sets === undefined) return undefined
  const reads = new Map<string, MemberRead>()
  const selections = returning.selections.flatMap(({ selection }) =>
    returnedColumns(selection, table).map((column) => {
      const target = expressionOf(column)
      const read = isColumn(target) ? readOf(table, nameOf(target)) : undefined
      if (read === undefined) return SelectionNode.create(column as ReferenceNode)
      const name = nameOf(column)
      reads.set(name, read)
      const number = RawNode.create(['', ' + 0'], [target])
      return SelectionNode.create(AliasNode.create(number, IdentifierNode.create(name)))
    }),
  )
  if (reads.size === 0) return undefined
  if (node.kind === 'DeleteQueryNode') throw notFromDelete(identifier.name, [...reads.keys()])
  return { returning: { ...returning, selections }, reads }
}

function returnedColumns(
  selection: OperationNode,
  { columns }: TableValue,
): readonly OperationNode[] {
  const isAll =
    SelectAllNode.is(selection) ||
    (ReferenceNode.is(selection) && SelectAllNode.is(selection.column))
  if (!isAll) return [selection]
  if (columns !== undefined)
    return columns.map((name) => ReferenceNode.create(ColumnNode.create(name)))
  throw new UnsupportedError(
    'RETURNING gives no ENUM or SET column by * on MatrixOne (4.2.0), and the schema value does not ' +
      'list the columns. Generate it again with this version of mo-codegen, or name the columns.',
  )
}

function isColumn(node: OperationNode): boolean {
  return ColumnNode.is(node) || (ReferenceNode.is(node) && ColumnNode.is(node.column))
}

function readOf({ enums, sets }: TableValue, column: string): MemberRead | undefined {
  const members = ownMember(enums, column)
  if (members !== undefined) return (value) => (value === null ? null : memberAt(members, value))
  const several = ownMember(sets, column)
  return several && ((value) => (value === null ? null : membersIn(several, value)))
}

function notFromDelete(table: string, columns: readonly string[]): UnsupportedError {
  return new UnsupportedError(
    `DELETE cannot return ${columns.join(', ')} of ${table}: RETURNING gives no ENUM or SET column there ` +
      'on MatrixOne (4.2.0). Read the rows first, in the same transaction: ' +
      'selectFrom(…).forUpdate(), then delete; or return other columns.',
  )
}
