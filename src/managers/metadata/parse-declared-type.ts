/**
 * Types as SHOW COLUMNS and `information_schema` write them: `BIGINT UNSIGNED(64)`, `DECIMAL(10,2)`,
 * `TIMESTAMP(3)`, `ENUM('a','b')`, `array(int)`, `POINT SRID 4326`. Used where the catalog itself
 * cannot be read.
 */
import type { ColumnTypeModel } from '../../schema/schema-model.js'
import { decodeShape, findShape, geometryType, memberType, unknownType } from './decode-type.js'

/** Reads a type's text; the name is `unknown` when it is none that was seen. */
export function parseDeclaredType(text: string): ColumnTypeModel {
  const members = /^(enum|set)\('([^]*)'\)$/i.exec(text)
  if (members !== null) {
    const [, name = '', list = ''] = members
    // Quotes inside a member are not escaped, but no member holds a comma (4.2.0).
    return memberType(
      name.toLowerCase() === 'enum' ? 'enum' : 'set',
      Object.freeze(list.split("','")),
    )
  }
  // 3.0.14 writes ENUM(0) and keeps the members to itself.
  if (/^enum\(0\)$/i.test(text)) return Object.freeze({ name: 'enum' })
  const array = /^array\(([^]*)\)$/i.exec(text)
  if (array !== null) {
    return Object.freeze({ name: 'array', arrayOf: (array[1] ?? '').toLowerCase() })
  }
  const parts = /^([a-z0-9]+)( unsigned)?(?:\((\d+)(?:,(-?\d+))?\))?(?: srid (\d+))?$/i.exec(text)
  if (parts === null) return unknownType
  const [, word = '', unsigned, width = '0', scale, srid] = parts
  const name = word.toLowerCase()
  const geometry = geometryType(name, srid === undefined ? null : Number(srid))
  if (geometry !== null) return geometry
  const shape = findShape(name, unsigned !== undefined)
  if (shape === undefined) return unknownType
  return decodeShape(shape, {
    width: Number(width),
    scale: Number(scale ?? shownScale(name, width)),
  })
}

/** TIMESTAMP(3) shows the fraction alone; FLOAT(5) shows the width alone, its scale is lost. */
function shownScale(name: string, width: string): string {
  return ['time', 'datetime', 'timestamp'].includes(name) ? width : '-1'
}
