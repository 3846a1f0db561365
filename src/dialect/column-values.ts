/**
 * Values that depend on their column, as the schema value tells: a string for a JSON column is a JSON
 * string, so that what was read can be written back; an UPDATE of a geometry needs `st_geomfromtext`,
 * because the server converts its text in INSERT and REPLACE only (20203 on 4.2.0); and a vector is sent as
 * the bytes of its column's elements.
 */
import {
  ColumnNode,
  type ColumnUpdateNode,
  type InsertQueryNode,
  type OperationNode,
  PrimitiveValueListNode,
  RawNode,
  ReferenceNode,
  TableNode,
  type UpdateQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
} from 'kysely'
import { UnsupportedError } from '../errors.js'
import { base64Columns, ownMember, type SchemaIndex } from '../schema/schema-index.js'
import type { TableValue } from '../schema/value.js'
import { type Base64Column, ColumnVector } from '../sql/column-vector.js'
import { JsonText, writeJson } from '../sql/json-text.js'
import { writeMember } from './members.js'
import { findRelation, relationsOf } from './relations.js'
import { checkVector, isVector } from './vector-checks.js'

/** Marks a value that depends on its column; every other one is returned as it is. */
type Mark = (value: unknown) => unknown

/** Marks the values of an INSERT or REPLACE, in its rows and in ON DUPLICATE KEY UPDATE. */
export function markInsertedValues(
  node: InsertQueryNode,
  schema: SchemaIndex,
  sendsBase64: boolean,
): InsertQueryNode {
  const { into, columns = [], values, onDuplicateKey } = node
  const table = into && schema.find(into.table.schema?.name, into.table.identifier.name)
  if (into === undefined || table === undefined) return node
  if (onDuplicateKey !== undefined) refuseMixedGeometry(into, table, onDuplicateKey.updates)
  const marks = marksOf(into, table, schema, sendsBase64)
  const byPlace = columns.map(({ column }) => marks.get(column.name))
  const marked =
    values !== undefined && ValuesNode.is(values) && byPlace.some((mark) => mark !== undefined)
      ? { ...values, values: values.values.map((row) => markRow(row, byPlace)) }
      : values
  return {
    ...node,
    ...(marked && { values: marked }),
    ...(onDuplicateKey && {
      onDuplicateKey: {
        ...onDuplicateKey,
        updates: onDuplicateKey.updates.map((update) => {
          const { column, value } = update
          const mark = marks.get(columnName(column))
          if (mark !== undefined) return withValue(update, markNode(value, mark))
          return withValue(update, writeMember(into, table, columnName(column), value))
        }),
      },
    }),
  }
}

/**
 * Before it updates, MatrixOne compares the columns that are set with their old values, and has no comparison
 * of geometries: it panics (20101), or leaves a geometry as it was where the columns behind it do not change
 * (4.2.0). Set alone it is stored.
 *
 * @throws {UnsupportedError} for a geometry in ON DUPLICATE KEY UPDATE that is not set alone
 */
function refuseMixedGeometry(
  { table }: TableNode,
  { geometries = [] }: TableValue,
  updates: readonly ColumnUpdateNode[],
): void {
  const names = updates.map(({ column }) => columnName(column))
  const geometry = names.find((name) => geometries.includes(name))
  if (geometry === undefined || names.every((name) => geometries.includes(name))) return
  throw new UnsupportedError(
    `onDuplicateKeyUpdate sets ${table.identifier.name}.${geometry} beside other columns: MatrixOne would panic, ` +
      'or leave the geometry as it was (4.2.0). Send two statements in one transaction, one that sets the ' +
      "geometry alone; or use db.bulkInsert with onConflict: 'update', which does so.",
  )
}

/** Marks the values that an UPDATE sets. */
export function markUpdatedValues(
  node: UpdateQueryNode,
  schema: SchemaIndex,
  sendsBase64: boolean,
): UpdateQueryNode {
  const relations = relationsOf(node)
  const updates = node.updates?.map((update): ColumnUpdateNode => {
    const { column, value } = update
    const name = columnName(column)
    const table = ReferenceNode.is(column) ? column.table : undefined
    const named = table && findRelation(relations, table)
    for (const { source } of named === undefined ? relations : [named]) {
      if (!TableNode.is(source)) continue
      const { schema: database, identifier } = source.table
      const known = schema.find(database?.name, identifier.name)
      if (known === undefined) continue
      if (known.geometries?.includes(name)) return withValue(update, markGeometry(value))
      const mark = marksOf(source, known, schema, sendsBase64).get(name)
      if (mark !== undefined) return withValue(update, markNode(value, mark))
    }
    return update
  })
  return updates === undefined ? node : { ...node, updates }
}

/** How the values of a table's columns are marked. */
function marksOf(
  { table }: TableNode,
  value: TableValue,
  { value: { types } }: SchemaIndex,
  sendsBase64: boolean,
): ReadonlyMap<string, Mark> {
  const marks = new Map<string, Mark>()
  for (const name of value.json ?? []) {
    // Of a column that is read as text, text is what goes back.
    const read = ownMember(value.types, name) ?? types?.json ?? 'parsed'
    if (read === 'parsed') marks.set(name, markJson)
  }
  const vectors = sendsBase64 ? base64Columns(value) : undefined
  for (const [name, column] of Object.entries(vectors ?? {})) {
    marks.set(name, (vector) => markVector(`${table.identifier.name}.${name}`, column, vector))
  }
  return marks
}

function markRow(
  row: PrimitiveValueListNode | ValueListNode,
  marks: readonly (Mark | undefined)[],
): PrimitiveValueListNode | ValueListNode {
  if (PrimitiveValueListNode.is(row)) {
    return { ...row, values: row.values.map((value, at) => marks[at]?.(value) ?? value) }
  }
  return {
    ...row,
    values: row.values.map((value, at) => {
      const mark = marks[at]
      return mark === undefined ? value : markNode(value, mark)
    }),
  }
}

function markNode(node: OperationNode, mark: Mark): OperationNode {
  return ValueNode.is(node) ? ValueNode.create(mark(node.value)) : node
}

/** Text and expressions are left to the server. */
function markVector(name: string, column: Base64Column, value: unknown): unknown {
  if (!isVector(value)) return value
  checkVector(name, column, value)
  return new ColumnVector(column, value)
}

/** Objects and arrays are written as JSON anyway, and null is SQL's. */
function markJson(value: unknown): unknown {
  const isPlain =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return isPlain || value instanceof Date ? new JsonText(writeJson(value)) : value
}

function markGeometry(node: OperationNode): OperationNode {
  if (!ValueNode.is(node) || typeof node.value !== 'string') return node
  return RawNode.create(['st_geomfromtext(', ')'], [node])
}

function withValue(update: ColumnUpdateNode, value: OperationNode): ColumnUpdateNode {
  return { ...update, value }
}

function columnName(node: OperationNode): string {
  if (ReferenceNode.is(node)) return columnName(node.column)
  return ColumnNode.is(node) ? node.column.name : ''
}
