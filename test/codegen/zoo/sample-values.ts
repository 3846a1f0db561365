/** TypeScript expressions for values that a column takes; different rows get different ones. */
import type { ColumnTypeModel } from '../../../src/schema/schema-model.js'

const shapes: Readonly<Record<string, string>> = {
  linestring: 'LINESTRING(0 0,1 1)',
  polygon: 'POLYGON((0 0,1 0,1 1,0 0))',
  geometrycollection: 'GEOMETRYCOLLECTION(POINT(1 2))',
}

/** Whether the column holds a shape, which 3.0.14 cannot store at all. */
export function isShape({ name }: ColumnTypeModel): boolean {
  return /^(geometry|point|linestring|polygon)/.test(name)
}

/** An expression of the column's insert type; null for what is too long to write down. */
export function sampleOf(type: ColumnTypeModel, row: number): string | null {
  // geometry32 refuses the text itself (20203, 4.1.4 and 4.2.0).
  if (type.name === 'geometry32') return `sql<string>\`st_geomfromtext('POINT(${row} 2)')\``
  if (isShape(type)) return JSON.stringify(shapes[type.name] ?? `POINT(${row} 2)`)
  if (type.vector !== undefined) return sampleVector(type.vector.dimension, row)
  if (type.members !== undefined) {
    return JSON.stringify(type.members.find((member) => member === '😀') ?? type.members[0])
  }
  switch (type.name) {
    case 'bool':
      return 'true'
    case 'year':
      return `${2020 + row}`
    case 'float':
    case 'double':
      return `${row}.5`
    case 'bit':
      return (type.length ?? 1) > 53 ? '1n' : '1'
    case 'decimal':
      return `'${row}'`
    case 'char':
    case 'varchar':
    case 'text':
      return (type.length ?? 3) < 3 ? `'${row}'` : `'a${row}😀'`
    case 'binary':
    case 'varbinary':
    case 'blob':
      return `Buffer.from('00ff${row}0', 'hex')`
    case 'json':
      return `{ a: '😀', list: [${row}, null, true] }`
    case 'array':
      return type.arrayOf === 'int' ? `[${row}, 2]` : `['a${row}', '😀']`
    case 'uuid':
      return `'01a1fdbf-79af-79fe-8e24-5fe74b7b5bf${row}'`
    case 'datalink':
      return `'file:///nowhere/zoo.csv?offset=0&size=${row}'`
    case 'date':
      return `'2024-05-0${row}'`
    case 'time':
      return `'10:11:1${row}'`
    case 'datetime':
    case 'timestamp':
      return `new Date('2024-05-0${row}T07:08:09.000Z')`
    default:
      return `${row}`
  }
}

/** `vecf32` without a dimension has 65,535. */
function sampleVector(dimension: number, row: number): string | null {
  if (dimension > 10_000) return null
  if (dimension > 10) return `Array.from({ length: ${dimension} }, () => ${row})`
  return `[${Array.from({ length: dimension }, (_, at) => at + row).join(', ')}]`
}
