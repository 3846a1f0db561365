/**
 * Values that depend on their column, as the schema value tells: a string for a JSON column is a JSON
 * string, so that what was read can be written back; and an UPDATE of a geometry needs
 * `st_geomfromtext`, because the server converts its text in INSERT and REPLACE only (20203 on 4.2.0).
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
import type { SchemaIndex } from '../schema/schema-index.js'
import { ownMember } from '../schema/schema-index.js'
import type { TableValue } from '../schema/value.js'
import { JsonText, writeJson } from '../sql/json-text.js'
import { findRelation, relationsOf } from './relations.js'

/** Marks the values of an INSERT or REPLACE, in its rows and in ON DUPLICATE KEY UPDATE. */
export function markInsertedValues(node: InsertQueryNode, schema: SchemaIndex): InsertQueryNode {
  const { into, columns = [], values, onDuplicateKey } = node
  const json = into && jsonColumnsOf(tableOf(into, schema), schema)
  if (json === undefined) return node
  const isJson = columns.map(({ column }) => json.has(column.name))
  const marked =
    values !== undefined && ValuesNode.is(values) && isJson.includes(true)
      ? { ...values, values: values.values.map((row) => markRow(row, isJson)) }
      : values
  return {
    ...node,
    ...(marked && { values: marked }),
    ...(onDuplicateKey && {
      onDuplicateKey: {
        ...onDuplicateKey,
        updates: onDuplicateKey.updates.map((update) =>
          json.has(columnName(update.column))
            ? withValue(update, markJsonNode(update.value))
            : update,
        ),
      },
    }),
  }
}

/** Marks the values that an UPDATE sets. */
export function markUpdatedValues(node: UpdateQueryNode, schema: SchemaIndex): UpdateQueryNode {
  const relations = relationsOf(node)
  const updates = node.updates?.map((update): ColumnUpdateNode => {
    const { column, value } = update
    const name = columnName(column)
    const table = ReferenceNode.is(column) ? column.table : undefined
    const named = table && findRelation(relations, table)
    for (const { source } of named === undefined ? relations : [named]) {
      const found = TableNode.is(source) ? tableOf(source, schema) : undefined
      if (found?.geometries?.includes(name)) return withValue(update, markGeometry(value))
      if (jsonColumnsOf(found, schema)?.has(name)) return withValue(update, markJsonNode(value))
    }
    return update
  })
  return updates === undefined ? node : { ...node, updates }
}

function tableOf({ table }: TableNode, schema: SchemaIndex): TableValue | undefined {
  return schema.find(table.schema?.name, table.identifier.name)
}

/** The JSON columns that are read as values; of one that is read as text, text is what goes back. */
function jsonColumnsOf(
  table: TableValue | undefined,
  { value: { types } }: SchemaIndex,
): ReadonlySet<string> | undefined {
  const names = table?.json?.filter(
    (name) => (ownMember(table.types, name) ?? types?.json ?? 'parsed') === 'parsed',
  )
  return names === undefined || names.length === 0 ? undefined : new Set(names)
}

function markRow(
  row: PrimitiveValueListNode | ValueListNode,
  isJson: readonly boolean[],
): PrimitiveValueListNode | ValueListNode {
  if (PrimitiveValueListNode.is(row)) {
    return { ...row, values: row.values.map((value, at) => (isJson[at] ? markJson(value) : value)) }
  }
  return {
    ...row,
    values: row.values.map((value, at) => (isJson[at] ? markJsonNode(value) : value)),
  }
}

function markJsonNode(node: OperationNode): OperationNode {
  return ValueNode.is(node) ? ValueNode.create(markJson(node.value)) : node
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
