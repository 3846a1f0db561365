import type { TypeName } from './column-type.js'
import type { Imports } from './imported-names.js'

/** The use that a file makes of `kysely` and `kysely-matrixone`. */
interface Used {
  readonly used: ReadonlySet<TypeName>
  readonly tables: readonly {
    readonly rows: { readonly insert?: string } | undefined
  }[]
}

/** The names that every file with such tables imports; overrides add theirs. */
export function ownImports({ used, tables }: Used): Imports {
  const kysely = [
    ...(used.has('ReadOnly') ? ['ColumnType', 'SelectType'] : []),
    ...(tables.some(({ rows }) => rows) ? ['Selectable'] : []),
    ...(tables.some(({ rows }) => rows?.insert) ? ['Insertable', 'Updateable'] : []),
  ]
  const own = [...used].filter((name) => name !== 'ReadOnly' && name !== 'Buffer')
  return [
    ['kysely', kysely],
    ['kysely-matrixone', own],
  ]
}
