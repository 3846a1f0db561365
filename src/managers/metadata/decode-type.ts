/**
 * Column types as `mo_columns` holds them: `hex(atttyp)` is 40 digits, u16 oid · u16 charset ·
 * u16 · u16 · i32 size · i32 width · i32 scale, the i32 zigzag-encoded; `attr_enum` has the members
 * of enum and set and the element type of `array(…)` (checked on 3.0.14 and 4.2.0).
 */
import { type VectorElement, vectorElements } from '../../types/vector-elements.js'
import { geometrySubtypes, isGeometry } from '../../schema/column-shape.js'
import type { ColumnTypeModel } from '../../schema/schema-model.js'

/** A type's two numbers, whose meaning depends on the type. */
export interface TypeNumbers {
  readonly width: number
  readonly scale: number
}

/** A type's three numbers. */
export interface EncodedType extends TypeNumbers {
  readonly oid: number
}

/** The type behind an oid. */
export interface TypeShape {
  readonly name: string
  readonly unsigned?: true
  /** The meaning of width and scale. */
  readonly digits?: 'length' | 'decimal' | 'fraction' | 'float' | 'geometry'
  readonly vector?: VectorElement
}

const shapes: ReadonlyMap<number, TypeShape> = new Map<number, TypeShape>([
  [10, { name: 'bool' }],
  [11, { name: 'bit', digits: 'length' }],
  [20, { name: 'tinyint' }],
  [21, { name: 'smallint' }],
  [22, { name: 'int' }],
  [23, { name: 'bigint' }],
  [25, { name: 'tinyint', unsigned: true }],
  [26, { name: 'smallint', unsigned: true }],
  [27, { name: 'int', unsigned: true }],
  [28, { name: 'bigint', unsigned: true }],
  [30, { name: 'float', digits: 'float' }],
  [31, { name: 'double', digits: 'float' }],
  [32, { name: 'decimal', digits: 'decimal' }],
  [33, { name: 'decimal', digits: 'decimal' }],
  [34, { name: 'decimal', digits: 'decimal' }],
  [50, { name: 'date' }],
  [51, { name: 'time', digits: 'fraction' }],
  [52, { name: 'datetime', digits: 'fraction' }],
  [53, { name: 'timestamp', digits: 'fraction' }],
  [55, { name: 'year' }],
  [60, { name: 'char', digits: 'length' }],
  [61, { name: 'varchar', digits: 'length' }],
  [62, { name: 'json' }],
  [63, { name: 'uuid' }],
  [64, { name: 'binary', digits: 'length' }],
  [65, { name: 'varbinary', digits: 'length' }],
  [66, { name: 'enum' }],
  [67, { name: 'geometry', digits: 'geometry' }],
  [68, { name: 'geometry32', digits: 'geometry' }],
  [70, { name: 'blob' }],
  [71, { name: 'text' }],
  [72, { name: 'datalink' }],
  // Numbered from 224 on, in the order of the list.
  ...vectorElements.map((vector, at) => [224 + at, { name: `vec${vector}`, vector }] as const),
])

/** The type of a column whose type cannot be told. */
export const unknownType: ColumnTypeModel = Object.freeze({ name: 'unknown' })

/** Splits `hex(atttyp)`; null when the text is not 40 hexadecimal digits. */
export function decodeTypeBytes(hex: string): EncodedType | null {
  if (!/^[0-9a-f]{40}$/i.test(hex)) return null
  return {
    oid: Number.parseInt(hex.slice(0, 4), 16),
    width: decodeZigzag(Number.parseInt(hex.slice(24, 32), 16)),
    scale: decodeZigzag(Number.parseInt(hex.slice(32, 40), 16)),
  }
}

function decodeZigzag(encoded: number): number {
  return (encoded >>> 1) ^ -(encoded & 1)
}

/**
 * The members of an enum or set exactly as the server knows them.
 *
 * 4.x splits at every comma itself, even inside a quoted member; 3.0.14 keeps such a list as NUL,
 * `enumjson:` and a JSON array.
 */
export function splitMembers(attrEnum: string): readonly string[] {
  const json = '\0enumjson:'
  if (!attrEnum.startsWith(json)) return Object.freeze(attrEnum.split(','))
  return Object.freeze(JSON.parse(attrEnum.slice(json.length)) as string[])
}

/** A database has few different types, and a frozen one can serve every column that has it. */
const decoded = new Map<string, ColumnTypeModel>()

/** Decodes a column's type; the name is `unknown` for an oid that no measured version has. */
export function decodeType(hex: string, attrEnum: string): ColumnTypeModel {
  const key = attrEnum === '' ? hex : `${hex}${attrEnum}`
  const known = decoded.get(key)
  if (known !== undefined) return known
  const type = decodeNewType(hex, attrEnum)
  if (decoded.size < 1000) decoded.set(key, type)
  return type
}

function decodeNewType(hex: string, attrEnum: string): ColumnTypeModel {
  const encoded = decodeTypeBytes(hex)
  const shape = encoded === null ? undefined : shapes.get(encoded.oid)
  if (encoded === null || shape === undefined) return unknownType
  // A SET is stored as bigint unsigned, an ARRAY as json: only attr_enum tells (3.0.14, 4.2.0).
  if (encoded.oid === 28 && attrEnum !== '') return memberType('set', splitMembers(attrEnum))
  if (encoded.oid === 66) return memberType('enum', splitMembers(attrEnum))
  if (encoded.oid === 62 && attrEnum.startsWith('array(')) {
    return Object.freeze({ name: 'array', arrayOf: attrEnum.slice('array('.length, -1) })
  }
  if (shape.digits === 'geometry') return decodeGeometry(shape.name, encoded, attrEnum)
  return decodeShape(shape, encoded)
}

/** The shape of a type by its lower-case name. */
export function findShape(name: string, unsigned: boolean): TypeShape | undefined {
  for (const shape of shapes.values()) {
    if (shape.name === name && (shape.unsigned === true) === unsigned) return shape
  }
  return undefined
}

/** A geometry type by its lower-case name and reference system; null when it is another type. */
export function geometryType(name: string, srid: number | null): ColumnTypeModel | null {
  if (!isGeometry({ name })) return null
  return Object.freeze({ name, ...(srid !== null && { srid }) })
}

/** The type of an enum or set column. */
export function memberType(name: 'enum' | 'set', members: readonly string[]): ColumnTypeModel {
  return Object.freeze({ name, members })
}

/** The type of a shape with its numbers; enum, set, array and geometry have more to them. */
export function decodeShape(shape: TypeShape, { width, scale }: TypeNumbers): ColumnTypeModel {
  const { name, unsigned, vector } = shape
  if (vector !== undefined) {
    return Object.freeze({
      name,
      vector: Object.freeze({ element: vector, dimension: width }),
    })
  }
  switch (shape.digits ?? 'none') {
    case 'length':
      return Object.freeze({ name, length: width })
    case 'decimal':
      return Object.freeze({ name, precision: width, scale })
    case 'fraction':
      return Object.freeze({ name, scale })
    case 'float':
      return Object.freeze({ name, ...(width > 0 && scale >= 0 && { precision: width, scale }) })
    case 'geometry':
    case 'none':
      return Object.freeze({ name, ...(unsigned && { unsigned }) })
  }
}

function decodeGeometry(
  name: string,
  { width, scale }: TypeNumbers,
  attrEnum: string,
): ColumnTypeModel {
  const declared = attrEnum === '' ? (geometrySubtypes[scale] ?? name) : attrEnum.toLowerCase()
  // The width is the reference system plus one; 0 says that none was declared.
  const srid = width > 0 ? width - 1 : null
  return geometryType(name === 'geometry' ? declared : name, srid) ?? unknownType
}
