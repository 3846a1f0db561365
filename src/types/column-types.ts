import type { ColumnType } from 'kysely'
import type { JsonText } from '../sql/json-text.js'
import type { VectorElement } from './vector-elements.js'

export type { VectorElement } from './vector-elements.js'

/** A vector to write or to search for; its length must equal the column's dimension. */
export type VectorInput = readonly number[] | Float32Array | Float64Array

/**
 * A vector column of `Dimension` elements.
 *
 * `Read` follows the option `types.vector`: `number[]`, `Float32Array` or `Float64Array`.
 */
export type Vector<
  Element extends VectorElement,
  Dimension extends number,
  Read = number[],
> = ColumnType<Read, VectorInput, VectorInput> & VectorBrand<Element, Dimension>

/** Carries the element type and dimension of a column at compile time; values stay plain. */
export interface VectorBrand<Element extends VectorElement, Dimension extends number> {
  readonly [vectorBrand]?: { readonly element: Element; readonly dimension: Dimension }
}

declare const vectorBrand: unique symbol

/** A `bigint` column; `Read` follows the option `types.bigint`. */
export type BigInteger<Read = number> = ColumnType<
  Read,
  number | bigint | string,
  number | bigint | string
>

/** A `decimal` column; `Read` follows the option `types.decimal`. */
export type Decimal<Read = string> = ColumnType<
  Read,
  string | number | bigint,
  string | number | bigint
>

/** A `date` column (a day, not an instant); `Read` follows the option `types.date`. */
export type DateOnly<Read = string> = ColumnType<Read, string | Date, string | Date>

/** A `datetime` or `timestamp` column; `Read` follows the option `types.datetime`. */
export type DateTime<Read = Date> = ColumnType<Read, Date | string, Date | string>

/** Any JSON value. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined }

/**
 * A `json` or `array(…)` column. Writing takes what was read, a string as a JSON string, or JSON text by
 * `jsonText`. (A string is told from text by the `schema` value: without it, it is sent as JSON text.)
 *
 * `null` is SQL's and belongs to nullable columns only (`Json | null`); JSON's null is `jsonText('null')`.
 */
export type Json<Read = JsonValue> = ColumnType<
  Read,
  NonNullable<Read> | JsonText,
  NonNullable<Read> | JsonText
>

/**
 * A `set` column: members, comma-separated. It takes them in any order, and reads them in declared
 * order. mo-codegen writes `string` for the `Text` of a set with more than five members, whose texts
 * are too many for the compiler.
 */
export type SetOf<Member extends string, Text extends string = SetText<Member>> = ColumnType<
  Text,
  Text,
  Text
> &
  SetBrand<Member>

/** Every text of a set: `'' | 'a' | 'a,b' | 'b' | 'b,a'`. */
export type SetText<Member extends string> = '' | ChosenOf<Member>

type ChosenOf<Member extends string, First extends string = Member> = First extends Member
  ? First | `${First},${ChosenOf<Exclude<Member, First>>}`
  : never

/** Carries the members of a `set` column at compile time. */
export interface SetBrand<Member extends string> {
  readonly [setBrand]?: Member
}

declare const setBrand: unique symbol

/** A column that may be left out of an insert: it has a default or is `auto_increment`. */
export type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U>
    ? ColumnType<S, I | undefined, U>
    : ColumnType<T, T | undefined, T>

/** A column that the server computes: it can be read, never written. */
export type GeneratedAlways<T> =
  T extends ColumnType<infer S, unknown, unknown>
    ? ColumnType<S, never, never>
    : ColumnType<T, never, never>
