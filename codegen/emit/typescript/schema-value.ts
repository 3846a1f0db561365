/** The part of a table that the run time needs: the `schema` value that is written beside `DB`. */
import {
  type ColumnModel,
  type ColumnRead,
  hasLowerCaseStar,
  isGeometry,
  type TableModel,
  type TableValue,
  type VectorColumnValue,
  type VectorIndexValue,
} from 'kysely-matrixone/schema'
import { fulltextName } from './index-entries.js'

/**
 * Picks what the run time needs to know of a table; null when there is nothing.
 *
 * @param readOf how a column is read when not as `types` says
 */
export function tableValue(
  table: TableModel,
  readOf: (column: ColumnModel) => ColumnRead | undefined,
): TableValue | null {
  // Of a large schema's columns few are of these kinds.
  const special = table.columns.filter(isSpecial)
  const value: TableValue = {
    ...(table.primaryKey?.length ? { key: table.primaryKey } : {}),
    ...(needsColumns(table, special) ? { columns: table.columns.map(({ name }) => name) } : {}),
    ...member('types', entriesOf(table.columns, readOf)),
    ...member(
      'enums',
      entriesOf(special, (column) => membersOf(column, 'enum')),
    ),
    ...member(
      'sets',
      entriesOf(special, (column) => membersOf(column, 'set')),
    ),
    ...(table.kind !== 'view' && {
      ...namesOf('json', special, ({ type }) => type.name === 'json'),
      // In an UPDATE the server does not take their text (4.2.0).
      ...namesOf('geometries', special, ({ type }) => isGeometry(type)),
    }),
    ...member(
      'vectors',
      entriesOf(special, (column) => vectorValue(column, table)),
    ),
    ...member('fulltext', fulltextEntries(table)),
    ...member('parsers', parserEntries(table)),
  }
  return Object.keys(value).length === 0 ? null : value
}

function isSpecial({ type }: ColumnModel): boolean {
  const { name, vector } = type
  return (
    vector !== undefined || name === 'enum' || name === 'set' || name === 'json' || isGeometry(type)
  )
}

/**
 * RETURNING gives an enum or set, and a SELECT base64 instead of a vector's text, only when the column is
 * spelled out, and `*` keeps no capitals.
 */
function needsColumns(table: TableModel, special: readonly ColumnModel[]): boolean {
  const isSpelledOut = special.some(
    ({ type }) =>
      type.name === 'enum' ||
      type.name === 'set' ||
      type.vector?.element === 'f32' ||
      type.vector?.element === 'f64',
  )
  return hasLowerCaseStar(table) || (table.kind !== 'view' && isSpelledOut)
}

function namesOf<Name extends 'json' | 'geometries'>(
  name: Name,
  columns: readonly ColumnModel[],
  holds: (column: ColumnModel) => boolean,
): Pick<TableValue, Name> {
  const names = columns.filter(holds).map((column) => column.name)
  const value: TableValue = names.length === 0 ? {} : { [name]: names }
  return value
}

type Entries<Member> = readonly (readonly [name: string, member: Member])[]

/** `Object.fromEntries` makes own members of names such as `__proto__`. */
function member<Name extends string, Member>(
  name: Name,
  entries: Entries<Member>,
): { readonly [Key in Name]?: Readonly<Record<string, Member>> } {
  if (entries.length === 0) return {}
  return { [name]: Object.fromEntries(entries) } as { [Key in Name]: Record<string, Member> }
}

function entriesOf<Member>(
  columns: readonly ColumnModel[],
  memberOf: (column: ColumnModel) => Member | undefined,
): Entries<Member> {
  const entries: [name: string, member: Member][] = []
  for (const column of columns) {
    const found = memberOf(column)
    if (found !== undefined) entries.push([column.name, found])
  }
  return entries
}

function membersOf({ type }: ColumnModel, name: 'enum' | 'set'): readonly string[] | undefined {
  return type.name === name && type.members?.length ? type.members : undefined
}

function vectorValue(
  { name, type }: ColumnModel,
  table: TableModel,
): VectorColumnValue | undefined {
  if (type.vector === undefined) return undefined
  const { element, dimension } = type.vector
  const indexes = (table.vectorIndexes ?? []).flatMap((index): readonly VectorIndexValue[] =>
    // An index for a distance that this version does not know cannot be searched through it.
    index.column === name && index.metric !== null
      ? [
          {
            name: index.name,
            algo: index.algorithm,
            metric: index.metric,
            ...(index.include?.length && { include: index.include }),
          },
        ]
      : [],
  )
  return { element, dimension, ...(indexes.length > 0 && { indexes }) }
}

function fulltextEntries({ fulltextIndexes = [] }: TableModel): Entries<readonly string[]> {
  return fulltextIndexes.map((index) => [fulltextName(index), index.columns])
}

function parserEntries({ fulltextIndexes = [] }: TableModel): Entries<string> {
  return fulltextIndexes.flatMap((index) =>
    index.parser === 'default' ? [] : [[fulltextName(index), index.parser] as const],
  )
}
