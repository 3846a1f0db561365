import { PayloadReader } from './payload-reader.js'
import { PayloadWriter } from './payload-writer.js'

/** One column definition of a result. */
export interface ColumnPacket {
  readonly catalog: string
  readonly schema: string
  readonly table: string
  readonly originalTable: string
  readonly name: string
  readonly originalName: string
  readonly charset: number
  readonly length: number
  readonly type: number
  readonly flags: number
  readonly decimals: number
}

export function readColumn(payload: Buffer): ColumnPacket {
  const reader = new PayloadReader(payload)
  const text = (): string => (reader.lenencBytes() ?? Buffer.alloc(0)).toString('utf8')
  const [catalog, schema, table, originalTable, name, originalName] = [
    text(),
    text(),
    text(),
    text(),
    text(),
    text(),
  ] as const
  reader.integer(1)
  return {
    catalog,
    schema,
    table,
    originalTable,
    name,
    originalName,
    charset: reader.integer(2),
    length: reader.integer(4),
    type: reader.integer(1),
    flags: reader.integer(2),
    decimals: reader.integer(1),
  }
}

export function writeColumn(column: ColumnPacket): Buffer {
  return new PayloadWriter()
    .lenencText(column.catalog)
    .lenencText(column.schema)
    .lenencText(column.table)
    .lenencText(column.originalTable)
    .lenencText(column.name)
    .lenencText(column.originalName)
    .integer(12, 1)
    .integer(column.charset, 2)
    .integer(column.length, 4)
    .integer(column.type, 1)
    .integer(column.flags, 2)
    .integer(column.decimals, 1)
    .integer(0, 2)
    .build()
}
