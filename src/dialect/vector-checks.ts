/**
 * Vectors are checked before they are sent: of a wrong one the server says neither column nor row
 * (20301, 20101 on 4.2.0), and NaN and infinities it stores, after which index builds panic.
 */
import {
  ColumnNode,
  type InsertQueryNode,
  type OperationNode,
  PrimitiveValueListNode,
  ReferenceNode,
  TableNode,
  type UpdateQueryNode,
  ValueNode,
  ValuesNode,
} from 'kysely'
import { ValueError, VectorDimensionError } from '../errors.js'
import { ownMember, type SchemaIndex } from '../schema/schema-index.js'
import type { VectorColumnValue } from '../schema/value.js'
import type { VectorElement } from '../types/column-types.js'
import { findRelation, relationsOf } from './relations.js'

/** Elements that a type can hold. */
const HELD: {
  readonly [Element in VectorElement]: readonly [words: string, holds: (value: number) => boolean]
} = {
  f64: ['finite numbers', Number.isFinite],
  f32: ['numbers up to 3.4e38', (value) => Number.isFinite(Math.fround(value))],
  // Beyond these MatrixOne stores +Inf without an error (4.2.0).
  bf16: ['numbers up to 3.39e38', (value) => Math.abs(value) < (2 - 2 ** -8) * 2 ** 127],
  f16: ['numbers up to 65504', (value) => Math.abs(value) < 65_520],
  int8: ['whole numbers from -128 to 127', (value) => isWholeWithin(value, -128, 127)],
  uint8: ['whole numbers from 0 to 255', (value) => isWholeWithin(value, 0, 255)],
}

function isWholeWithin(value: number, least: number, greatest: number): boolean {
  return Number.isInteger(value) && value >= least && value <= greatest
}

type VectorColumns = { readonly [column: string]: VectorColumnValue }

/**
 * Checks one vector against its column.
 *
 * @param column for the message: `articles.embedding`
 * @throws {VectorDimensionError} for a vector of another length
 * @throws {ValueError} for an element that the column cannot hold
 */
export function checkVector(
  column: string,
  { element, dimension }: VectorColumnValue,
  vector: ArrayLike<unknown>,
): void {
  if (vector.length !== dimension) {
    throw new VectorDimensionError(
      `${column} holds vectors of ${dimension} elements, got one of ${vector.length}. ` +
        'Was it made by another embedding model?',
      { column, expected: dimension, actual: vector.length },
    )
  }
  const [words, holds] = HELD[element]
  for (let at = 0; at < dimension; at++) {
    const value = vector[at]
    if (typeof value === 'number' && holds(value)) continue
    throw new ValueError(
      `Element ${at} of the vector for ${column} is ${String(value)}. A vec${element} column holds ${words}.`,
    )
  }
}

/** Checks the vectors that an INSERT writes, in its rows and in ON DUPLICATE KEY UPDATE. */
export function checkInsertedVectors(node: InsertQueryNode, schema: SchemaIndex): void {
  const { into, columns, values, onDuplicateKey } = node
  const vectors = into && vectorsOf(into, schema)
  if (into === undefined || vectors === undefined) return
  const table = into.table.identifier.name
  const rows = values !== undefined && ValuesNode.is(values) ? values.values : []
  columns?.forEach(({ column: { name } }, at) => {
    const vector = ownMember(vectors, name)
    if (vector === undefined) return
    for (const row of rows) {
      const value = PrimitiveValueListNode.is(row) ? row.values[at] : valueOf(row.values[at])
      checkValue(`${table}.${name}`, vector, value)
    }
  })
  for (const { column, value } of onDuplicateKey?.updates ?? []) {
    const name = columnName(column)
    const vector = name === undefined ? undefined : ownMember(vectors, name)
    if (vector !== undefined) checkValue(`${table}.${name}`, vector, valueOf(value))
  }
}

/** Checks the vectors that an UPDATE sets. */
export function checkUpdatedVectors(node: UpdateQueryNode, schema: SchemaIndex): void {
  const relations = relationsOf(node)
  for (const { column, value } of node.updates ?? []) {
    const name = columnName(column)
    if (name === undefined) continue
    const table = ReferenceNode.is(column) ? column.table : undefined
    const named = table && findRelation(relations, table)
    for (const { source } of named === undefined ? relations : [named]) {
      const vector = TableNode.is(source) ? ownMember(vectorsOf(source, schema), name) : undefined
      if (vector === undefined || !TableNode.is(source)) continue
      checkValue(`${source.table.identifier.name}.${name}`, vector, valueOf(value))
      break
    }
  }
}

function vectorsOf({ table }: TableNode, schema: SchemaIndex): VectorColumns | undefined {
  return schema.find(table.schema?.name, table.identifier.name)?.vectors
}

/** Text and expressions are left to the server. */
function checkValue(column: string, vector: VectorColumnValue, value: unknown): void {
  if (isVector(value)) checkVector(column, vector, value)
}

/** Whether a value for a vector column is a vector, and not its text or an expression. */
export function isVector(value: unknown): value is readonly number[] | Float32Array | Float64Array {
  return Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array
}

function valueOf(node: OperationNode | undefined): unknown {
  return node !== undefined && ValueNode.is(node) ? node.value : undefined
}

function columnName(node: OperationNode): string | undefined {
  if (ReferenceNode.is(node)) return columnName(node.column)
  return ColumnNode.is(node) ? node.column.name : undefined
}
