import type { InsertType } from 'kysely'
import type { VectorInput } from '../../types/column-types.js'

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
