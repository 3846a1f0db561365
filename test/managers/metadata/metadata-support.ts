import { Kysely, MysqlDialect } from 'kysely'
import mysql from 'mysql2'
import { type SqlExecutor, executeSql } from '../../../src/managers/statement/execute.js'

/** The text of every statement that was sent, and kysely's own dialect underneath. */
export interface Session {
  readonly db: Kysely<unknown>
  readonly sent: string[]
  readonly sql: (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
  readonly close: () => void
}

/**
 * A connection as an application without this package's dialect has it: kysely's MysqlDialect, on
 * mysql2 with the one correction that names with emoji need.
 */
export function openSession(options: {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database?: string
}): Session {
  // MatrixOne labels its UTF-8 text as charset 33, which mysql2 decodes as CESU-8.
  mysql.CharsetToEncoding[33] = 'utf8'
  const pool = mysql.createPool({ ...options, connectionLimit: 1 })
  const open = new Set<{ destroy(): void }>()
  pool.on('connection', (connection) => open.add(connection))
  const sent: string[] = []
  const db = new Kysely<unknown>({
    dialect: new MysqlDialect({ pool }),
    log: (event) => void sent.push(event.query.sql),
  })
  return {
    db,
    sent,
    sql: (text) => executeSql<Readonly<Record<string, unknown>>>(db satisfies SqlExecutor, text),
    // MatrixOne ignores COM_QUIT, so sockets are cut. The correction is one of the whole process.
    close: () => {
      open.forEach((connection) => connection.destroy())
      mysql.CharsetToEncoding[33] = 'cesu8'
    },
  }
}
