import { MatrixOne, type MatrixOneConfig } from 'kysely-matrixone'

/** Any tables with any columns, for tests of what is compiled. */
// oxlint-disable-next-line typescript/no-explicit-any -- the tests write names that no type knows
export type AnyTables = Record<string, Record<string, any>>

/** A database that is only asked to compile: nothing listens there. */
export function unconnected<DB = AnyTables>(
  config: Omit<MatrixOneConfig, 'connection'> = {},
): MatrixOne<DB> {
  return new MatrixOne<DB>({ connection: { host: '127.0.0.1', port: 1 }, ...config })
}
