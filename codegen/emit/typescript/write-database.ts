/** `DB`, what of it can be searched, and the slices. */
import { propertyKey, stringLiteral } from './identifiers.js'
import { indexEntries, type IndexEntries } from './index-entries.js'
import type { ResolvedEmitOptions } from './emit-options.js'
import type { FilePlan, TablePlan } from './plan-tables.js'

/** A table that can be searched. */
interface Searchable {
  readonly table: TablePlan
  readonly entries: IndexEntries
}

/** The interfaces of the database and its slices, and the names that they import. */
export interface WrittenDatabase {
  readonly imports: readonly string[]
  readonly sections: readonly string[]
}

/** Writes `DB` with all tables, and an interface for each slice. */
export function writeDatabases(plan: FilePlan, options: ResolvedEmitOptions): WrittenDatabase {
  const searchable = plan.tables.flatMap((table): readonly Searchable[] => {
    const entries = indexEntries(table.table, plan.nameOf)
    return entries === null ? [] : [{ table, entries }]
  })
  // The value has the names of the database, and with camelCase the types have others.
  const isDerived = options.schemaValue && options.camelCase === false
  const isSearchable = searchable.length > 0
  return {
    imports: isSearchable ? [...(isDerived ? ['SearchIndexes'] : []), 'indexes'] : [],
    sections: [
      writeDatabase(
        'DB',
        isSearchable
          ? 'The tables by name; `[indexes]` says what can be searched through which index.'
          : 'The tables by name.',
        plan.tables,
        searchable,
        isDerived ? 'typeof schema' : undefined,
      ),
      ...plan.slices.map(({ interfaceName, name, tables }) => {
        const own = searchable.filter(({ table }) => tables.includes(table))
        const keys = own.map(({ table }) => stringLiteral(table.key)).join(' | ')
        return writeDatabase(
          interfaceName,
          `The tables of the slice \`${name}\`: checking a query looks at no other.`,
          tables,
          own,
          isDerived ? `{ readonly tables: Pick<(typeof schema)['tables'], ${keys}> }` : undefined,
        )
      }),
    ],
  }
}

/** @param derived the type of the schema value that the indexes follow from; undefined to spell them out */
function writeDatabase(
  name: string,
  comment: string,
  tables: readonly TablePlan[],
  searchable: readonly Searchable[],
  derived: string | undefined,
): string {
  return [
    `/** ${comment} */`,
    `export interface ${name} {`,
    ...tables.map(({ member, interfaceName }) => `  ${propertyKey(member)}: ${interfaceName}`),
    ...(searchable.length === 0
      ? []
      : derived === undefined
        ? ['  readonly [indexes]: {', ...searchable.flatMap(writeIndexes), '  }']
        : [`  readonly [indexes]: SearchIndexes<${derived}>`]),
    '}',
  ].join('\n')
}

function writeIndexes({ table, entries }: Searchable): readonly string[] {
  const vector = [...entries.vector].map(([column, types]) =>
    types.length === 1
      ? `${column}: ${types[0]}`
      : `${column}:${types.map((type) => `\n          | ${type}`).join('')}`,
  )
  const fulltext = [...entries.fulltext].map(([name, columns]) => `${name}: ${columns}`)
  return [
    `    ${propertyKey(table.member)}: {`,
    ...writeMembers('vector', vector),
    ...writeMembers('fulltext', fulltext),
    '    }',
  ]
}

function writeMembers(name: string, members: readonly string[]): readonly string[] {
  if (members.length === 0) return [`      ${name}: {}`]
  return [`      ${name}: {`, ...members.map((member) => `        ${member}`), '      }']
}
