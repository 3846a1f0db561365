/**
 * The TypeScript side of a column type, decided once: mo-codegen writes it, and a comparison derives
 * from it whether what is read and written still type-checks.
 */
import type { ResolvedColumnTypes } from '../types/column-type-options.js'
import type { ColumnTypeModel } from './schema-model.js'

/** A type that a generated column has, by its name in `types/column-types.ts` where it has one. */
export type ColumnShape =
  /** Reads and takes the same. */
  | { readonly name: 'boolean' | 'number' | 'bigint' | 'string' | 'Buffer' | 'unknown' }
  /** Reads as an option says. */
  | {
      readonly name: 'BigInteger' | 'Decimal' | 'DateOnly' | 'DateTime'
      readonly option: 'bigint' | 'decimal' | 'date' | 'datetime'
    }
  | { readonly name: 'Json'; readonly option: 'json' }
  | { readonly name: 'TinyInteger'; readonly option: 'tinyint' }
  | {
      readonly name: 'Vector'
      readonly option: 'vector'
      readonly vector: NonNullable<ColumnTypeModel['vector']>
    }
  /** One of the members; of a set, some of them. */
  | { readonly name: 'union' | 'SetOf'; readonly members: readonly string[] }

/** Subtypes of geometry by scale (4.2.0); 3.0.x writes them into `attr_enum` instead. */
export const geometrySubtypes = [
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
]

const geometries: ReadonlySet<string> = new Set([...geometrySubtypes, 'geometry32'])

const readAsJson = { name: 'Json', option: 'json' } as const
const readAsBigInteger = { name: 'BigInteger', option: 'bigint' } as const
const readAsDateTime = { name: 'DateTime', option: 'datetime' } as const

/** The types whose shape is told by their name. */
const shapes: ReadonlyMap<string, ColumnShape> = new Map<string, ColumnShape>([
  ['bool', { name: 'boolean' }],
  ['tinyint', { name: 'TinyInteger', option: 'tinyint' }],
  ...each(['smallint', 'mediumint', 'int', 'year', 'float', 'double'], { name: 'number' }),
  ['bigint', readAsBigInteger],
  ['decimal', { name: 'Decimal', option: 'decimal' }],
  ...each(['char', 'varchar', 'text', 'uuid', 'datalink', 'time'], { name: 'string' }),
  ...each(['binary', 'varbinary', 'blob'], { name: 'Buffer' }),
  ['date', { name: 'DateOnly', option: 'date' }],
  ...each(['datetime', 'timestamp'], readAsDateTime),
  ...each(['json', 'array'], readAsJson),
  // WKT text both ways: mysql2 alone reads it as null, the dialect as it is sent.
  ...each(geometries, { name: 'string' }),
])

const unknown: ColumnShape = { name: 'unknown' }

/** The TypeScript type of a column, before null and the rules of INSERT. */
export function shapeOf(type: ColumnTypeModel): ColumnShape {
  if (type.vector) return { name: 'Vector', option: 'vector', vector: type.vector }
  switch (type.name) {
    case 'bit':
      return { name: (type.length ?? 1) > 53 ? 'bigint' : 'number' }
    case 'enum':
      return membersOf('union', type)
    case 'set':
      // On 3.0.x a set is sent as the mask of its members, and takes their text as well.
      return type.bitmask ? readAsBigInteger : membersOf('SetOf', type)
    default:
      return shapes.get(type.name) ?? unknown
  }
}

function each(
  names: Iterable<string>,
  shape: ColumnShape,
): readonly (readonly [string, ColumnShape])[] {
  return Array.from(names, (name) => [name, shape])
}

/**
 * The members of the largest set whose texts are checked by the compiler: 5 members have 326 texts, 6
 * have 1,957, and TypeScript gives up at 100,000.
 */
export const largestCheckedSet = 5

function membersOf(name: 'union' | 'SetOf', { members = [] }: ColumnTypeModel): ColumnShape {
  return members.length === 0 ? { name: 'string' } : { name, members }
}

/** The option that decides how a column is read; undefined for types that have only one reading. */
export function readOption(type: ColumnTypeModel): keyof ResolvedColumnTypes | undefined {
  const shape = shapeOf(type)
  return 'option' in shape ? shape.option : undefined
}

/** Whether a column holds a shape: `geometry`, `point`, `multipolygon`, … */
export function isGeometry({ name }: Pick<ColumnTypeModel, 'name'>): boolean {
  return geometries.has(name)
}
