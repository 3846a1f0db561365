import type { InsertType } from 'kysely'
import type { VectorInput } from '../../types/column-types.js'

/** The tables of a generated interface; any name where the interface is not known. */
export type TableName<DB> = string extends keyof DB
  ? string
  : unknown extends DB
    ? string
    : keyof DB & string

/** The columns of a table of a generated interface; any name where it is not known. */
export type ColumnName<DB, Table> = Table extends keyof DB ? keyof DB[Table] & string : string

type Written<Column> = Exclude<InsertType<Column>, null | undefined>

/** The vector columns of a table of a generated interface; any name where it is not known. */
export type VectorColumnName<DB, Table> = Table extends keyof DB
  ? {
      [Column in keyof DB[Table] & string]: [Written<DB[Table][Column]>] extends [never]
        ? never
        : [Written<DB[Table][Column]>] extends [VectorInput]
          ? Column
          : never
    }[keyof DB[Table] & string]
  : string
