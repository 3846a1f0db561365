import type { SchemaModel } from 'kysely-matrixone/schema'
import { printable } from '../report/printable.js'

/**
 * Escapes the names in a warning of the runtime, which has them as they are. The line breaks of the
 * warning itself stay: it may list GRANT statements.
 */
export function escapeNames(warning: string, { databases }: SchemaModel): string {
  const names = databases.flatMap(({ name = '', tables }) => [
    name,
    ...tables.flatMap((table) => [table.name, ...table.columns.map((column) => column.name)]),
  ])
  return names
    .filter((name) => printable(name) !== name)
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, name) => text.replaceAll(name, () => printable(name)), warning)
}
