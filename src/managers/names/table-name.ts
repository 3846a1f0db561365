/** The tables of a generated interface; any name where the interface is not known. */
export type TableName<DB> = string extends keyof DB
  ? string
  : unknown extends DB
    ? string
    : keyof DB & string

/** The columns of a table of a generated interface; any name where it is not known. */
export type ColumnName<DB, Table> = Table extends keyof DB ? keyof DB[Table] & string : string
