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
import type { ResolvedEmitOptions } from './emit-options.js'
import { nameInterfaces, type NamedTable } from './interface-names.js'
import { NonNull } from './non-null.js'
import { Overrides, withOverriddenReads } from './overrides.js'
import { tableValue } from './schema-value.js'

/** One table, ready to be written. */
export interface TablePlan {
  /** Its key in `DB`: `articles`, or `shop.articles` when there are several databases. */
  readonly key: string
  readonly interfaceName: string
  readonly lines: readonly string[]
  readonly columns: readonly ColumnPlan[]
  readonly table: TableModel
  /** The part of it that the run time needs; null for nothing. */
  readonly value: TableValue | null
}

/** One column, ready to be written. */
export interface ColumnPlan {
  readonly name: string
  readonly type: string
  readonly lines: readonly string[]
}

/** A whole file, ready to be written. */
export interface FilePlan {
  readonly tables: readonly TablePlan[]
  readonly used: ReadonlySet<TypeName>
  /** Imports that overrides ask for, by module. */
  readonly imports: readonly (readonly [module: string, names: readonly string[]])[]
}

/**
 * Decides names, types and hover texts of a sorted model.
 *
 * @throws {ConfigurationError} when two tables would get the same interface name, or a name is not one
 */
export function planTables(model: SchemaModel, given: ResolvedEmitOptions): FilePlan {
  const options = withOverriddenReads(model, given)
  const used = new Set<TypeName>()
  const reads = new ColumnReads(options)
  const overrides = new Overrides(options)
  const nonNull = new NonNull(options)
  const found = keyTables(model)
  const names = nameInterfaces(found, options)
  const tables = found.map(({ key, table, database }): TablePlan => {
    const readOnly = isReadOnly(table)
    const isView = readOnly && table.kind !== 'external'
    return {
      key,
      interfaceName: names.get(key) ?? '',
      lines: describeTable(table, key),
      columns: table.columns.map((column) => {
        const source = `${key}.${column.name}`
        const place = { database, table: table.name, column }
        const types = reads.typesOf(source, column)
        const isRead = overrides.readOf(place) !== undefined
        const override = isRead ? undefined : overrides.find(place)
        return {
          name: column.name,
          type: columnType(column, {
            source,
            readOnly,
            override: override && { type: overrides.use(override), raw: override.raw === true },
            nonNull: isView && nonNull.has(place),
            types,
            options,
            used,
          }),
          lines: describeColumn(column, table, options),
        }
      }),
      table,
      value: tableValue(table, (column) => reads.ownRead(`${key}.${column.name}`, column)),
    }
  })
  reads.refuseUnused()
  overrides.refuseUnused()
  overrides.refuseTaken(
    new Map([
      ...[...used].map((name) => [name, 'a type of kysely-matrixone'] as const),
      ...[...names].map(([key, name]) => [name, `the interface of ${key}`] as const),
      ['DB', 'the interface of the database'] as const,
    ]),
  )
  nonNull.refuseUnused()
  return {
    tables: tables.toSorted((a, b) => compareCodePoints(a.key, b.key)),
    used,
    imports: overrides.imports,
  }
}

/** A table with its names. */
interface KeyedTable extends NamedTable {
  readonly table: TableModel
  readonly database: string | undefined
}

function keyTables(model: SchemaModel): readonly KeyedTable[] {
  const isQualified = model.databases.length > 1
  return model.databases.flatMap(({ name: database, tables }) =>
    tables.map((table) =>
      isQualified
        ? {
            key: `${database ?? ''}.${table.name}`,
            words: `${database ?? ''}_${table.name}`,
            table,
            database,
          }
        : { key: table.name, words: table.name, table, database },
    ),
  )
}
