/** The types that the generated files declare for each table: programs name them as often as the table. */
import type { SourceFile } from 'ts-morph'
import { identifiersIn } from './words.js'

/**
 * The interface of each table of `DB`, the types of its rows and its enums, by the table's key; and the enum of
 * each column that has one, by `articles.lang`.
 */
export function readTypes(files: readonly SourceFile[]): ReadonlyMap<string, readonly string[]> {
  const aliases = files.flatMap((file) => file.getTypeAliases())
  const enums = new Set(files.flatMap((file) => file.getEnums().map((one) => one.getName())))
  const members = files.flatMap((file) => file.getInterface('DB')?.getProperties() ?? [])
  return new Map(
    members.flatMap((member): readonly (readonly [string, readonly string[]])[] => {
      const type = member.getTypeNode()?.getText() ?? ''
      const table = member.getSymbolOrThrow().getName()
      const rows = aliases.filter((alias) => rowOf(alias.getTypeNode()?.getText()) === type)
      const columns = enums.size === 0 ? [] : enumsOf(type, files, enums)
      const names = [type, ...rows.map((row) => row.getName()), ...columns.map(([, name]) => name)]
      return [
        [table, names],
        ...columns.map(([column, name]) => [`${table}.${column}`, [name]] as const),
      ]
    }),
  )
}

function enumsOf(
  type: string,
  files: readonly SourceFile[],
  enums: ReadonlySet<string>,
): readonly (readonly [column: string, name: string])[] {
  const columns = files.flatMap((file) => file.getInterface(type)?.getProperties() ?? [])
  return columns.flatMap((column) => {
    const words = identifiersIn(column.getTypeNode()?.getText() ?? '')
    const name = words.find((word) => enums.has(word))
    return name === undefined ? [] : [[column.getSymbolOrThrow().getName(), name] as const]
  })
}

/** `Articles` of `Selectable<Articles>`. */
function rowOf(text = ''): string | undefined {
  return /^(?:Selectable|Insertable|Updateable)<(\w+)>$/.exec(text)?.[1]
}
