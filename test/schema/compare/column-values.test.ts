import type { JsonText } from '../../../src/sql/json-text.js'
import type { InsertType, SelectType, UpdateType } from 'kysely'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  isAssignable,
  type takenBy,
  valuesOf,
  type ValueType,
} from '../../../src/schema/compare/column-values.js'
import type { ColumnTypeModel } from '../../../src/schema/schema-model.js'
import { defaultColumnTypes } from '../../../src/types/column-type-options.js'
import type {
  BigInteger,
  DateOnly,
  DateTime,
  Decimal,
  Json,
  JsonValue,
  SetText,
  Vector,
  VectorInput,
} from '../../../src/types/column-types.js'

/** The types behind the names that a comparison works with. */
interface Named {
  boolean: boolean
  number: number
  bigint: bigint
  string: string
  Buffer: Buffer
  Date: Date
  'number[]': readonly number[]
  Float32Array: Float32Array
  Float64Array: Float64Array
  JsonValue: JsonValue
  'NonNullable<JsonValue>': NonNullable<JsonValue>
  JsonText: JsonText
  unknown: unknown
}
type Union<Names extends readonly (keyof Named)[]> = Named[Names[number]]

describe('what a column takes', () => {
  it('is what its declared type takes, in INSERT and UPDATE', () => {
    expectTypeOf<keyof Named>().toEqualTypeOf<Extract<ValueType, string>>()
    type Taken = typeof takenBy
    expectTypeOf<InsertType<BigInteger>>().toEqualTypeOf<Union<Taken['BigInteger']>>()
    expectTypeOf<InsertType<Decimal>>().toEqualTypeOf<Union<Taken['Decimal']>>()
    expectTypeOf<InsertType<DateOnly>>().toEqualTypeOf<Union<Taken['DateOnly']>>()
    expectTypeOf<InsertType<DateTime>>().toEqualTypeOf<Union<Taken['DateTime']>>()
    expectTypeOf<InsertType<Vector<'f32', 3>>>().toEqualTypeOf<VectorInput>()
    expectTypeOf<VectorInput>().toEqualTypeOf<Union<Taken['Vector']>>()
    expectTypeOf<UpdateType<Decimal>>().toEqualTypeOf<InsertType<Decimal>>()
    expectTypeOf<InsertType<Json>>().toEqualTypeOf<NonNullable<JsonValue> | JsonText>()
    expectTypeOf<InsertType<Json<string>>>().toEqualTypeOf<string | JsonText>()
    expectTypeOf<SelectType<Json>>().toEqualTypeOf<JsonValue>()
  })
})

/** Pairs of unions, and whether TypeScript assigns the first to the second. */
const pairs: readonly (readonly [ValueType[], ValueType[], boolean])[] = [
  [['number'], ['number', 'bigint', 'string'], true],
  [['number', 'bigint', 'string'], ['number'], false],
  [['NonNullable<JsonValue>', 'string'], ['JsonValue'], true],
  [['JsonText'], ['NonNullable<JsonValue>', 'string'], false],
  [['JsonText'], ['NonNullable<JsonValue>', 'JsonText'], true],
  [['number[]'], ['JsonValue'], true],
  [['Buffer'], ['JsonValue'], false],
  [['Date'], ['NonNullable<JsonValue>', 'string'], false],
  [['Buffer'], ['unknown'], true],
  [['unknown'], ['Buffer'], false],
  [['Float32Array'], ['Float64Array'], false],
]

describe('a union', () => {
  it.each(pairs)('%j is assignable to %j: %s', (from, to, expected) => {
    expect(isAssignable(from, to)).toBe(expected)
  })

  it('is assigned as TypeScript does it', () => {
    expectTypeOf<number>().toExtend<number | bigint | string>()
    expectTypeOf<number | bigint | string>().not.toExtend<number>()
    expectTypeOf<number[]>().toExtend<JsonValue>()
    expectTypeOf<Buffer>().not.toExtend<JsonValue>()
    expectTypeOf<JsonText>().not.toExtend<NonNullable<JsonValue> | string>()
    expectTypeOf<Date>().not.toExtend<NonNullable<JsonValue> | string>()
    expectTypeOf<Float32Array>().not.toExtend<Float64Array>()
    expectTypeOf<SetText<'a'>>().toExtend<SetText<'a' | 'b'>>()
    expectTypeOf<SetText<'a' | 'b'>>().not.toExtend<SetText<'a'>>()
  })

  it('of members is assignable where they are all there, and to text', () => {
    const reads = (type: ColumnTypeModel): readonly ValueType[] =>
      valuesOf(type, defaultColumnTypes).reads
    const list = (name: string, ...members: readonly string[]): readonly ValueType[] =>
      reads({ name, members })
    expect(isAssignable(list('enum', 'b'), list('enum', 'a', 'b'))).toBe(true)
    expect(isAssignable(list('enum', 'a', 'b'), list('enum', 'b'))).toBe(false)
    expect(isAssignable(list('set', 'a'), list('set', 'a', 'b'))).toBe(true)
    expect(isAssignable(list('set', 'a'), list('enum', 'a'))).toBe(false)
    expect(isAssignable(list('enum', 'a'), reads({ name: 'text' }))).toBe(true)
    expect(isAssignable(reads({ name: 'text' }), list('enum', 'a'))).toBe(false)
    expect(list('set', 'a', 'b', 'c', 'd', 'e', 'f')).toEqual(['string'])
  })
})
