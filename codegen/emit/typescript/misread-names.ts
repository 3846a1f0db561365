/**
 * Names that kysely takes apart: `'a.b'` is column `b` of table `a`, and `'a as b'` is `a` under another
 * name. INSERT, UPDATE and `selectAll()` take them as they are; `select`, `where` and `orderBy` do not
 * (kysely 0.29). The types cannot tell.
 */
import type { SchemaModel } from 'kysely-matrixone/schema'
import { code } from './tsdoc.js'

/** The other meaning that kysely gives a name in `select()` and `where()`; undefined where it leaves it whole. */
export function misreadingOf(name: string): string | undefined {
  // Nearly every name, and a large schema has many.
  if (!name.includes('.') && !name.includes(' as ')) return undefined
  // The order of kysely's own parser.
  const [column = '', alias] = name.split(' as ')
  if (alias !== undefined) return `${code(column.trim())} under the alias ${code(alias.trim())}`
  const parts = column.split('.')
  if (parts.length < 2) return undefined
  return `column ${code(parts.at(-1) ?? '')} of table ${code(parts.at(-2) ?? '')}`
}

/** The line of a column's hover text. */
export function describeMisreading(name: string): string | undefined {
  const misreading = misreadingOf(name)
  if (misreading === undefined) return undefined
  return `kysely reads this name as ${misreading}: use \`sql.id(…)\` in \`select\`, \`where\` and \`orderBy\`.`
}

/** A sentence about the columns and tables whose names kysely takes apart; none when there are none. */
export function warnOfMisreadNames({ databases }: SchemaModel): readonly string[] {
  const tables = databases.flatMap((database) => database.tables)
  const columns = tables.flatMap(({ name, columns: all }) =>
    all.flatMap((column) =>
      misreadingOf(column.name) === undefined ? [] : [`${code(column.name)} of ${name}`],
    ),
  )
  const names = tables.flatMap(({ name }) => (misreadingOf(name) === undefined ? [] : [code(name)]))
  return [
    ...(columns.length === 0
      ? []
      : [
          `kysely reads "a.b" as column b of table a, and "a as b" as an alias, so select(), where() and ` +
            `orderBy() cannot name ${columns.join(', ')}. Use sql.id() there; inserts, updates and ` +
            'selectAll() work.',
        ]),
    ...(names.length === 0
      ? []
      : [
          `kysely reads the table names ${names.join(', ')} as a database and a table, or as an alias, so no ` +
            'query can name these tables. Use sql.id() or rename them.',
        ]),
  ]
}
