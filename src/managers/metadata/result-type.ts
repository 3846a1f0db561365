/**
 * Column types as the wire names them. It says less than the catalog (all text is one type, a vector's
 * element is unknown), but of a view it says what is true now, where the catalog keeps what was true
 * when the view was made (4.2.0).
 */
import type { ColumnTypeModel } from '../../schema/schema-model.js'
import type { ResultField } from '../../sql/statement-options.js'

const BINARY_CHARSET = 63
const UNSIGNED_FLAG = 32

/** Type codes whose columns have nothing but a name, and perhaps a sign. */
const plainTypes: ReadonlyMap<number, string> = new Map([
  [0x02, 'smallint'],
  [0x03, 'int'],
  [0x04, 'float'],
  [0x05, 'double'],
  [0x08, 'bigint'],
  [0x09, 'int'],
  [0x0a, 'date'],
  [0x0d, 'year'],
  [0xf5, 'json'],
  [0xff, 'geometry'],
])

const timeTypes: ReadonlyMap<number, string> = new Map([
  [0x07, 'timestamp'],
  [0x0b, 'time'],
  [0x0c, 'datetime'],
])

/** The catalog's type of a column, or the type of its result where the two contradict each other. */
export function correctType(catalog: ColumnTypeModel, field: ResultField): ColumnTypeModel {
  const seen = readField(field)
  if (seen === null || markOf(seen) === markOf(catalog)) return catalog
  const element = catalog.vector?.element
  if (seen.vector === undefined || element === undefined) return Object.freeze(seen)
  return Object.freeze({
    name: catalog.name,
    vector: Object.freeze({ ...seen.vector, element }),
  })
}

/** The type that a column definition names; null for a definition that was never seen. */
function readField(field: ResultField): ColumnTypeModel | null {
  const { columnType, characterSet, columnLength, decimals, flags } = field
  const isUnsigned = (flags & UNSIGNED_FLAG) !== 0
  const plain = plainTypes.get(columnType)
  if (plain !== undefined) return { name: plain, ...(isUnsigned && { unsigned: true }) }
  const time = timeTypes.get(columnType)
  if (time !== undefined) return { name: time, scale: decimals }
  switch (columnType) {
    case 0x01:
      // Only bool has the length 1 (tinyint(1) has 8).
      if (columnLength === 1) return { name: 'bool' }
      return { name: 'tinyint', ...(isUnsigned && { unsigned: true }) }
    case 0x00:
    case 0xf6:
      // The length counts the sign, and the point where there is one.
      return {
        name: 'decimal',
        precision: columnLength - (decimals > 0 ? 2 : 1),
        scale: decimals,
      }
    case 0x10:
      return { name: 'bit', length: columnLength }
    case 0x0f:
      // Lengths are in bytes of three-byte characters.
      return characterSet === BINARY_CHARSET
        ? { name: 'varbinary', length: columnLength / 3 }
        : { name: 'vecf32', vector: { element: 'f32', dimension: columnLength / 3 } }
    case 0xfc:
      return { name: characterSet === BINARY_CHARSET ? 'blob' : 'text' }
    case 0xfd:
    case 0xfe:
      return characterSet === BINARY_CHARSET ? null : { name: 'text' }
    default:
      return null
  }
}

const textTypes = new Set(['char', 'varchar', 'text', 'uuid', 'datalink', 'enum', 'set'])
const byteTypes = new Set(['binary', 'varbinary', 'blob'])

/** Equal for types that the wire does not tell apart, and for types that read the same. */
function markOf(type: ColumnTypeModel): string {
  const { name, unsigned, bitmask, vector, precision, scale, length } = type
  if (bitmask) return 'bigint unsigned'
  if (textTypes.has(name)) return 'text'
  if (byteTypes.has(name)) return 'bytes'
  if (vector !== undefined) return `vector(${vector.dimension})`
  switch (name) {
    case 'decimal':
      return `decimal(${precision},${scale})`
    case 'time':
    case 'datetime':
    case 'timestamp':
      return `${name}(${scale})`
    case 'bit':
      return `bit(${length})`
    case 'array':
      return 'json'
    case 'mediumint':
      return unsigned ? 'int unsigned' : 'int'
    default:
      if (/^(multi)?(geometry(32|collection)?|point|linestring|polygon)$/.test(name)) {
        return 'geometry'
      }
      return unsigned ? `${name} unsigned` : name
  }
}
