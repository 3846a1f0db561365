/** The types that the generated files declare for each table: programs name them as often as the table. */
import type { SourceFile } from 'ts-morph'

/** The interface of each table of `DB`, and the types of its rows, by the table's key. */
export function readTypes(files: readonly SourceFile[]): ReadonlyMap<string, readonly string[]> {
  const aliases = files.flatMap((file) => file.getTypeAliases())
  const members = files.flatMap((file) => file.getInterface('DB')?.getProperties() ?? [])
  return new Map(
    members.map((member) => {
      const type = member.getTypeNode()?.getText() ?? ''
      const rows = aliases.filter((alias) => rowOf(alias.getTypeNode()?.getText()) === type)
      return [member.getSymbolOrThrow().getName(), [type, ...rows.map((row) => row.getName())]]
    }),
  )
}

/** `Articles` of `Selectable<Articles>`. */
function rowOf(text = ''): string | undefined {
  return /^(?:Selectable|Insertable|Updateable)<(\w+)>$/.exec(text)?.[1]
}
