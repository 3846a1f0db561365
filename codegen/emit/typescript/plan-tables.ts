import {
  compareCodePoints,
  isReadOnly,
  type SchemaModel,
  type TableModel,
  type TableValue,
} from 'kysely-matrixone/schema'
import { ColumnReads } from './column-reads.js'
import { columnType, type TypeName } from './column-type.js'
import { describeColumn, describeTable } from './describe.js'
import type { ColumnOverride, ResolvedEmitOptions } from './emit-options.js'
import { chooseName } from './chosen-names.js'
import { type Imports, ImportedNames, joinImports } from './imported-names.js'
import { nameInterfaces, type NamedTable } from './interface-names.js'
import { nameMapper, refuseUncarried } from './camel-case.js'
import { DeclaredNames } from './declared-names.js'
import { Enums, type EnumPlan } from './enums.js'
import { NonNull } from './non-null.js'
import { Overrides, readingOf, withOverriddenReads } from './overrides.js'
import { tableValue } from './schema-value.js'
import { singularOf } from './singular.js'
import { planSlices, type SlicePlan } from './slices.js'
import { deeperType } from './table-files.js'
import { refuseUnknownColumns } from './unknown-columns.js'
import { ownImports } from './own-imports.js'
import { type Member, writeInterface } from './write-interface.js'

/** One table, ready to be written. */
export interface TablePlan {
  /** Its name in the database: `blog_posts`, or `shop.blog_posts` when there are several databases. */
  readonly key: string
  /** Its key in `DB`, which camelCase changes: `blogPosts`. */
  readonly member: string
  /** The types of its rows; undefined when none are wanted. */
  readonly rows: RowTypes | undefined
  readonly interfaceName: string
  /** Its text: of a large schema nothing is kept of each column but this. */
  readonly declaration: string
  readonly table: TableModel
  /** Absent for the only database of a model. */
  readonly database: string | undefined
  readonly used: ReadonlySet<TypeName>
  readonly enums: readonly EnumPlan[]
  /** Imports that its overrides ask for, by module. */
  readonly imports: Imports
  /** The part of it that the run time needs; null for nothing. */
  readonly value: TableValue | null
}

/** The names of the types of a table's rows. */
export interface RowTypes {
  readonly select: string
  /** Absent for what cannot be written. */
  readonly insert?: string
  readonly update?: string
}

/** A whole file, ready to be written. */
export interface FilePlan {
  readonly tables: readonly TablePlan[]
  readonly used: ReadonlySet<TypeName>
  readonly enums: readonly EnumPlan[]
  /** The name of a column in the types. */
  readonly nameOf: (column: string) => string
  /** Imports that overrides ask for, by module. */
  readonly imports: Imports
  readonly slices: readonly SlicePlan<TablePlan>[]
}

/**
 * Decides names, types and hover texts of a sorted model.
 *
 * @throws {ConfigurationError} when two tables would get the same interface name, or a name is not one
 */
export function planTables(model: SchemaModel, given: ResolvedEmitOptions): FilePlan {
  const options = withOverriddenReads(model, given)
  refuseUncarried(model, options.camelCase)
  const nameOf = nameMapper(options.camelCase)
  const reads = new ColumnReads(options)
  const overrides = new Overrides(options)
  const nonNull = new NonNull(options)
  const enums = new Enums(options)
  // In a file per table, modules that the configuration names are one folder further up.
  const placed = (override: ColumnOverride | undefined): ColumnOverride | undefined =>
    override && options.layout === 'file-per-table'
      ? { ...override, type: deeperType(override.type) }
      : override
  const found = keyTables(model, options)
  const names = nameInterfaces(found, options)
  const tables = found.map(({ key, table, database }): TablePlan => {
    const readOnly = isReadOnly(table)
    const isView = readOnly && table.kind !== 'external'
    const interfaceName = names.get(key) ?? ''
    const used = new Set<TypeName>()
    const own: EnumPlan[] = []
    const imported = new ImportedNames()
    const members = table.columns.map((column): Member => {
      const source = `${key}.${column.name}`
      const place = { database, table: table.name, column }
      const types = reads.typesOf(key, column)
      const given = overrides.find(place)
      // A reading is in `types` already.
      const override = given && readingOf(given, column) === undefined ? given : undefined
      const enumeration = override ? undefined : enums.planFor(interfaceName, source, column)
      if (enumeration !== undefined) own.push(enumeration)
      if (override !== undefined) imported.add(override)
      return {
        name: nameOf(column.name),
        type: columnType(column, {
          source,
          readOnly,
          override: enumeration ? { type: enumeration.name } : placed(override),
          nonNull: isView && nonNull.has(place),
          types,
          options,
          used,
        }),
        lines: describeColumn(column, table, options),
      }
    })
    return {
      key,
      member:
        model.databases.length > 1
          ? `${nameOf(database ?? '')}.${nameOf(table.name)}`
          : nameOf(table.name),
      interfaceName,
      rows: options.rowTypes ? rowTypes(key, interfaceName, readOnly, options) : undefined,
      declaration: writeInterface(interfaceName, describeTable(table, key), members),
      table,
      database,
      used,
      enums: own,
      imports: imported.byModule,
      value: tableValue(table, (column) => reads.ownRead(key, column)),
    }
  })
  refuseUnknownColumns(reads.unused, model, options, {
    option: 'columnTypes',
    complaint: 'and there is no such column',
    advice: `Write 'table.column', or ${severalDatabases}.`,
  })
  refuseUnknownColumns(overrides.unused, model, options, {
    option: 'overrides',
    complaint: 'and there is no such column',
    advice: `Write 'table.column', a pattern such as '*.is_*', or ${severalDatabases}.`,
  })
  refuseUnknownColumns(nonNull.unused, model, options, {
    option: 'nonNull',
    complaint: 'which is not a column of a view',
    advice:
      "Write 'view.column'. Of a table's columns the database knows whether they can be null.",
  })
  const sorted = tables.toSorted((a, b) => compareCodePoints(a.member, b.member))
  const plan = {
    tables: sorted,
    used: new Set(tables.flatMap(({ used }) => [...used])),
    enums: tables.flatMap((table) => table.enums),
    nameOf,
    imports: joinImports(tables.map(({ imports }) => imports)),
    slices: planSlices(sorted, options),
  }
  refuseCollisions(plan)
  return plan
}

const severalDatabases = "'database.table.column' when several databases are read"

function refuseCollisions({ tables, used, enums, imports, slices }: FilePlan): void {
  const declared = new DeclaredNames()
  declared.add('DB', 'the interface of the database')
  for (const name of ['ReadOnly', 'NotWritable', 'SearchIndexes', 'indexes', 'schema']) {
    declared.add(name, 'a name of every generated file')
  }
  const own = ownImports({ used, tables })
  const isOwn = (module: string, name: string): boolean =>
    own.some(([from, names]) => from === module && names.includes(name))
  for (const [module, names] of own) {
    for (const name of names) declared.add(name, `a type of ${module}`)
  }
  if (used.has('Buffer')) declared.add('Buffer', 'a type of Node')
  for (const { key, interfaceName, rows } of tables) {
    declared.add(interfaceName, `the interface of ${key}`)
    for (const name of Object.values(rows ?? {}) as readonly string[]) {
      declared.add(name, `a type of the rows of ${key}`)
    }
  }
  for (const { name, source } of enums) declared.add(name, `the enum of ${source}`)
  for (const [module, names] of imports) {
    for (const name of names) {
      if (!isOwn(module, name)) declared.add(name, `an import from ${module}`)
    }
  }
  for (const { interfaceName, name } of slices) declared.add(interfaceName, `the slice ${name}`)
  declared.refuseCollisions()
}

/** `Articles` → `Article`, `NewArticle`, `ArticleUpdate`; `ArticleRow` where the interface is called `Article`. */
function rowTypes(
  key: string,
  interfaceName: string,
  readOnly: boolean,
  options: ResolvedEmitOptions,
): RowTypes {
  const one = singularOf(interfaceName)
  const usual = one === interfaceName ? `${one}Row` : one
  const select = chooseName(options, 'select', key) ?? usual
  if (readOnly) return { select }
  const insert = chooseName(options, 'insert', key) ?? `New${one}`
  return { select, insert, update: chooseName(options, 'update', key) ?? `${one}Update` }
}

/** A table with its names. */
interface KeyedTable extends NamedTable {
  readonly table: TableModel
  readonly database: string | undefined
}

function keyTables(
  model: SchemaModel,
  { singularize }: ResolvedEmitOptions,
): readonly KeyedTable[] {
  const word = (name: string): string => (singularize ? singularOf(name) : name)
  const isQualified = model.databases.length > 1
  return model.databases.flatMap(({ name: database, tables }) =>
    tables.map((table) =>
      isQualified
        ? {
            key: `${database ?? ''}.${table.name}`,
            words: `${database ?? ''}_${word(table.name)}`,
            table,
            database,
          }
        : { key: table.name, words: word(table.name), table, database },
    ),
  )
}
