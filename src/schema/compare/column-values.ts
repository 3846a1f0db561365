/**
 * The JavaScript types that a column reads as and takes, as far as a comparison needs them: a list
 * stands for the union of its members. `test/schema/compare/column-values.test.ts` holds them
 * against the declarations in `types/column-types.ts`.
 */
import {
  type ColumnRead,
  columnTypeChoices,
  type ResolvedColumnTypes,
} from '../../types/column-type-options.js'
import { type ColumnShape, largestCheckedSet, readOption, shapeOf } from '../column-shape.js'
import type { ColumnTypeModel } from '../schema-model.js'

/** A type that is not taken apart further: a class, a primitive, or one literal. */
export type ValueType =
  | 'boolean'
  | 'number'
  | 'bigint'
  | 'string'
  | 'Buffer'
  | 'Date'
  | 'number[]'
  | 'Float32Array'
  | 'Float64Array'
  | 'JsonValue'
  | 'NonNullable<JsonValue>'
  | 'JsonText'
  | 'unknown'
  | LiteralType

/** A member of an enum, or of a set whose texts are checked. */
interface LiteralType {
  readonly of: 'union' | 'SetOf'
  readonly member: string
}

/** The values that a column of a type reads as and takes. */
export interface ColumnValues {
  readonly reads: readonly ValueType[]
  readonly takes: readonly ValueType[]
}

/** @param types how the column is read */
export function valuesOf(type: ColumnTypeModel, types: ResolvedColumnTypes): ColumnValues {
  const shape = shapeOf(type)
  if ('members' in shape) return both(membersOf(shape))
  if (!('option' in shape)) return both([shape.name])
  if (shape.name === 'TinyInteger') return both([types.tinyint])
  if (shape.name !== 'Json') return { reads: [types[shape.option]], takes: takenBy[shape.name] }
  return types.json === 'string'
    ? { reads: ['string'], takes: ['string', 'JsonText'] }
    : { reads: ['JsonValue'], takes: ['NonNullable<JsonValue>', 'JsonText'] }
}

function both(types: readonly ValueType[]): ColumnValues {
  return { reads: types, takes: types }
}

function membersOf({
  name,
  members,
}: Extract<ColumnShape, { readonly name: 'union' | 'SetOf' }>): readonly ValueType[] {
  if (name === 'SetOf' && new Set(members).size > largestCheckedSet) return ['string']
  return members.map((member) => ({ of: name, member }))
}

/** The insert types, which are the update types too. */
export const takenBy = {
  BigInteger: ['number', 'bigint', 'string'],
  Decimal: ['string', 'number', 'bigint'],
  DateOnly: ['string', 'Date'],
  DateTime: ['Date', 'string'],
  Vector: ['number[]', 'Float32Array', 'Float64Array'],
} as const satisfies Readonly<Record<string, readonly ValueType[]>>

/** Whether every value of one union is a value of the other. */
export function isAssignable(from: readonly ValueType[], to: readonly ValueType[]): boolean {
  return from.every((one) => to.some((other) => isOneAssignable(one, other)))
}

function isOneAssignable(from: ValueType, to: ValueType): boolean {
  if (to === 'unknown') return true
  if (typeof from === 'object') {
    if (typeof to === 'object') return from.of === to.of && from.member === to.member
    return isOneAssignable('string', to)
  }
  if (to === 'JsonValue' || to === 'NonNullable<JsonValue>') {
    return from === to || from === 'NonNullable<JsonValue>' || jsonTypes.has(from)
  }
  return from === to
}

const jsonTypes: ReadonlySet<ValueType> = new Set(['string', 'number', 'boolean', 'number[]'])

/** How a column is read: as chosen for it alone where its type has that choice, else as `types` says. */
export function readTypesOf(
  type: ColumnTypeModel,
  types: ResolvedColumnTypes,
  chosen: ColumnRead | undefined,
): ResolvedColumnTypes {
  const option = readOption(type)
  if (option === undefined || chosen === undefined) return types
  const choices: readonly ColumnRead[] = columnTypeChoices[option]
  return choices.includes(chosen) ? { ...types, [option]: chosen } : types
}
