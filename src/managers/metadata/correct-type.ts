/**
 * The type of a view's column where the catalog is out of date: it keeps what was true when the view was made,
 * and a result says what is true now (4.2.0).
 */
import type { ColumnTypeModel } from '../../schema/schema-model.js'
import type { ResultField } from '../../sql/statement-options.js'
import { typeOfResult } from '../../wire/result-type.js'

/** The catalog's type of a column, or the type of its result where the two contradict each other. */
export function correctType(catalog: ColumnTypeModel, field: ResultField): ColumnTypeModel {
  const seen = typeOfResult(field)
  if (seen === null || markOf(seen) === markOf(catalog)) return catalog
  const element = catalog.vector?.element
  if (seen.vector === undefined || element === undefined) return Object.freeze(seen)
  return Object.freeze({
    name: catalog.name,
    vector: Object.freeze({ ...seen.vector, element }),
  })
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
