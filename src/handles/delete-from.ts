/**
 * The types of `deleteFrom`: kysely's own, without views and external tables, whose columns mo-codegen
 * marks as not writable. INSERT and UPDATE are refused by those columns; DELETE names none.
 */
import type { InsertType, Kysely, TableExpressionOrList } from 'kysely'

/** The mark in the generated types; its name is the message of the compiler. */
interface NotWritable {
  readonly 'views and external tables cannot be written': never
}

/** Tables to delete from: anything for a table, nothing for a view. */
export type Deletable<DB, From> = [ViewsIn<DB, From>] extends [never]
  ? unknown
  : { readonly 'views and external tables cannot be written': never }

/** The names that are not of views, for a function that is generic over its table. */
export type DeletableName<DB> = {
  [Table in keyof DB]: IsView<DB[Table]> extends true ? never : Table
}[keyof DB] &
  string

/** kysely's own result type, which it does not export. */
export type Deletion<DB, From extends TableExpressionOrList<DB, never>> = ReturnType<
  DeleteOn<DB, From>
>

type DeleteOn<DB, From extends TableExpressionOrList<DB, never>> = (
  db: Kysely<DB>,
) => ReturnType<typeof db.deleteFrom<From>>

type ViewsIn<DB, From> = From extends string
  ? ViewNamed<DB, From extends `${infer Name} as ${string}` ? Name : From>
  : From extends readonly (infer One)[]
    ? ViewsIn<DB, One>
    : never

type ViewNamed<DB, Name> = Name extends keyof DB
  ? IsView<DB[Name]> extends true
    ? Name
    : never
  : never

/** Every column of a view is marked, and no table has one that is. */
type IsView<Table> = IsAny<Table> extends true ? false : IsMarked<InsertType<Table[keyof Table]>>

type IsMarked<Insert> =
  IsAny<Insert> extends true
    ? false
    : [Insert] extends [never]
      ? false
      : [Insert] extends [NotWritable]
        ? true
        : false

type IsAny<T> = 0 extends 1 & T ? true : false
