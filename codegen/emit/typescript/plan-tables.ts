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
}

/**
 * Decides names, types and hover texts of a sorted model.
 *
 * @throws {ConfigurationError} when two tables would get the same interface name, or a name is not one
 */
export function planTables(model: SchemaModel, options: ResolvedEmitOptions): FilePlan {
  const used = new Set<TypeName>()
  const reads = new ColumnReads(options)
  const found = keyTables(model)
  const names = nameInterfaces(found, options)
  const tables = found.map(({ key, table }): TablePlan => {
    const readOnly = isReadOnly(table)
    return {
      key,
      interfaceName: names.get(key) ?? '',
      lines: describeTable(table, key),
      columns: table.columns.map((column) => {
        const source = `${key}.${column.name}`
        const types = reads.typesOf(source, column)
        return {
          name: column.name,
          type: columnType(column, { source, readOnly, types, options, used }),
          lines: describeColumn(column, table, options),
        }
      }),
      table,
      value: tableValue(table, (column) => reads.ownRead(`${key}.${column.name}`, column)),
    }
  })
  reads.refuseUnused()
  return { tables: tables.toSorted((a, b) => compareCodePoints(a.key, b.key)), used }
}

function keyTables(model: SchemaModel): readonly (NamedTable & { readonly table: TableModel })[] {
  const isQualified = model.databases.length > 1
  return model.databases.flatMap(({ name = '', tables }) =>
    tables.map((table) =>
      isQualified
        ? { key: `${name}.${table.name}`, words: `${name}_${table.name}`, table }
        : { key: table.name, words: table.name, table },
    ),
  )
}
