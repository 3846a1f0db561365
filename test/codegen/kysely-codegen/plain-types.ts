/** The column types of MySQL that MatrixOne has too, each with a declaration. */
export const plainTypes: readonly string[] = [
  'tinyint',
  'smallint',
  'mediumint',
  'int',
  'bigint',
  'tinyint unsigned',
  'int unsigned',
  'bigint unsigned',
  'tinyint(1)',
  'bool',
  'bit(1)',
  'bit(8)',
  'float',
  'double',
  'decimal(10,2)',
  'char(3)',
  'varchar(20)',
  'tinytext',
  'text',
  'mediumtext',
  'longtext',
  'binary(3)',
  'varbinary(3)',
  'tinyblob',
  'blob',
  'mediumblob',
  'longblob',
  'date',
  'time',
  'datetime',
  'timestamp',
  'year',
  'json',
  "enum('a','b')",
  "set('a','b')",
  'geometry',
]

/** The name of the column of a type. */
export function columnOf(type: string): string {
  return `c_${type.replaceAll(/\W+/g, '_').replace(/_$/, '')}`
}
