import { createConnection, type Connection, type ConnectionOptions, type FieldPacket } from 'mysql2'
import { defaultColumnTypes, type ColumnTypeOptions } from '../../src/types/column-type-options.js'
import { wireQueryOptions } from '../../src/wire/query-options.js'
import { prepareFields, type RowDecoder } from '../../src/wire/wire.js'

/** A row as the library hands it out. */
export type Row = Record<string, unknown>

/** Runs a statement as mysql2 does it alone. */
export function queryPlain(connection: Connection, sql: string): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, rows) => (error ? reject(error) : resolve(rows as Row[])))
  })
}

/** Runs a statement through mysql2 with our reading of its columns. */
export function queryTyped(
  connection: Connection,
  sql: string,
  types: ColumnTypeOptions = {},
  timeZone = '+00:00',
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    let decoder: RowDecoder | null = null
    const command = connection.query(
      { sql, ...wireQueryOptions(connection.config) } as { sql: string },
      (error, rows) => {
        if (error) return reject(error)
        try {
          for (const row of rows as Row[]) decoder?.decodeRow(row)
          resolve(rows as Row[])
        } catch (failure) {
          reject(failure as Error)
        }
      },
    )
    command.on('fields', (fields: FieldPacket[] | undefined) => {
      if (fields === undefined) return
      decoder = prepareFields(fields, { ...defaultColumnTypes, ...types }, timeZone)
    })
  })
}

/** Opens one connection; close it with `destroy()`, because MatrixOne ignores a polite end. */
export function connect(options: ConnectionOptions): Connection {
  return createConnection(options)
}
