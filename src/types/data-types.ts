/**
 * MatrixOne's own column types for kysely's schema builder, which has only the common ones.
 *
 * @example
 * await db.createTable('articles', (table) => table
 *   .addColumn('id', 'bigint', (column) => column.primaryKey().autoIncrement())
 *   .addColumn('embedding', vecf32(768)))
 */
import { type RawBuilder, sql } from 'kysely'
import { ValueError } from '../errors.js'
import { toLiteral } from '../sql/literals.js'

/** MatrixOne's longest vector. */
const MAX_DIMENSION = 65_535

/** A vector of 4-byte floats: `vecf32(768)`. */
export const vecf32 = vectorType('vecf32')
/** A vector of 8-byte floats. */
export const vecf64 = vectorType('vecf64')
/** A vector of 2-byte brain floats; 4.2 and later. */
export const vecbf16 = vectorType('vecbf16')
/** A vector of 2-byte floats; 4.2 and later. */
export const vecf16 = vectorType('vecf16')
/** A vector of integers from -128 to 127; 4.2 and later. */
export const vecint8 = vectorType('vecint8')
/** A vector of integers from 0 to 255; 4.2 and later. */
export const vecuint8 = vectorType('vecuint8')

/** `uuid`. */
export const uuid: RawBuilder<unknown> = sql.raw('uuid')
/** `datalink`: the address of a file, with its offset and size. */
export const datalink: RawBuilder<unknown> = sql.raw('datalink')

/**
 * `bit(n)`.
 *
 * @param bits 1 to 64
 */
export function bit(bits: number): RawBuilder<unknown> {
  return sql.raw(`bit(${checkSize('bit', bits, 64)})`)
}

/** `enum('a', 'b')`. */
export function enumOf(...members: readonly string[]): RawBuilder<unknown> {
  return sql.raw(`enum(${listMembers('enum', members)})`)
}

/** `set('a', 'b')`. */
export function setOf(...members: readonly string[]): RawBuilder<unknown> {
  return sql.raw(`set(${listMembers('set', members)})`)
}

/** `array(int)`; 4.1 and later. `element` is SQL text of a type. */
export function arrayOf(element: string): RawBuilder<unknown> {
  if (/^[a-z][a-z0-9 ]*(\(\d+(,\s*\d+)?\))?$/i.test(element)) return sql.raw(`array(${element})`)
  throw new ValueError(
    `${JSON.stringify(element)} is not an element type. Write it as 'int' or 'varchar(10)'.`,
  )
}

function vectorType(name: string): (dimension: number) => RawBuilder<unknown> {
  return (dimension) => sql.raw(`${name}(${checkSize(name, dimension, MAX_DIMENSION)})`)
}

function checkSize(type: string, size: number, largest: number): number {
  if (Number.isInteger(size) && size >= 1 && size <= largest) return size
  throw new ValueError(
    `${type}(${size}) cannot be declared: from 1 to ${largest.toLocaleString('en-US')}.`,
  )
}

function listMembers(type: 'enum' | 'set', members: readonly string[]): string {
  if (members.length === 0) throw new ValueError(`${type}() needs at least one member.`)
  for (const member of members) {
    // 4.x splits the list of members at every comma, also inside a quoted one.
    if (!member.includes(',')) continue
    throw new ValueError(
      `The ${type} member ${JSON.stringify(member)} holds a comma, which MatrixOne 4.x takes for two members.`,
    )
  }
  return members.map((member) => toLiteral(member)).join(', ')
}
