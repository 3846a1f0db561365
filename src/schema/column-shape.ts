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

/** The TypeScript type of a column, before null and the rules of INSERT. */
export function shapeOf(type: ColumnTypeModel): ColumnShape {
  if (type.vector) return { name: 'Vector', option: 'vector', vector: type.vector }
  switch (type.name) {
    case 'bool':
      return { name: 'boolean' }
    case 'tinyint':
      return { name: 'TinyInteger', option: 'tinyint' }
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'year':
    case 'float':
    case 'double':
      return { name: 'number' }
    case 'bigint':
      return { name: 'BigInteger', option: 'bigint' }
    case 'decimal':
      return { name: 'Decimal', option: 'decimal' }
    case 'bit':
      return { name: (type.length ?? 1) > 53 ? 'bigint' : 'number' }
    case 'char':
    case 'varchar':
    case 'text':
    case 'uuid':
    case 'datalink':
    case 'time':
      return { name: 'string' }
    case 'binary':
    case 'varbinary':
    case 'blob':
      return { name: 'Buffer' }
    case 'date':
      return { name: 'DateOnly', option: 'date' }
    case 'datetime':
    case 'timestamp':
      return { name: 'DateTime', option: 'datetime' }
    case 'json':
    case 'array':
      return { name: 'Json', option: 'json' }
    case 'enum':
      return membersOf('union', type)
    case 'set':
      // On 3.0.x a set is sent as the mask of its members, and takes their text as well.
      return type.bitmask ? { name: 'BigInteger', option: 'bigint' } : membersOf('SetOf', type)
    default:
      // WKT text both ways: mysql2 alone reads it as null, the dialect as it is sent.
      return { name: isGeometry(type) ? 'string' : 'unknown' }
  }
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
export function isGeometry({ name }: ColumnTypeModel): boolean {
  return /^(multi)?(geometry(32|collection)?|point|linestring|polygon)$/.test(name)
}
