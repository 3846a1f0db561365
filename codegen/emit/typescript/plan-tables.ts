import {
  compareCodePoints,
  type SchemaModel,
  type TableModel,
  type TableValue,
} from 'kysely-matrixone/schema'
import { ConfigurationError } from '../../errors.js'
import { ColumnReads } from './column-reads.js'
import { columnType, type TypeName } from './column-type.js'
import { describeColumn, describeTable, isReadOnly } from './describe.js'
import type { ResolvedEmitOptions } from './emit-options.js'
import { interfaceName, isInterfaceName } from './identifiers.js'
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
  const isQualified = model.databases.length > 1
  const tables = model.databases.flatMap((database) =>
    database.tables.map((table): TablePlan => {
      const prefix = isQualified ? `${database.name ?? ''}` : null
      const key = prefix === null ? table.name : `${prefix}.${table.name}`
      const readOnly = isReadOnly(table)
      return {
        key,
        interfaceName:
          chosenName(key, options) ??
          interfaceName(prefix === null ? table.name : `${prefix}_${table.name}`),
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
    }),
  )
  reads.refuseUnused()
  refuseCollisions(tables)
  return { tables: tables.toSorted((a, b) => compareCodePoints(a.key, b.key)), used }
}

function chosenName(key: string, { interfaceNames }: ResolvedEmitOptions): string | null {
  const name = Object.hasOwn(interfaceNames, key) ? interfaceNames[key] : undefined
  if (name === undefined) return null
  if (isInterfaceName(name)) return name
  throw new ConfigurationError(
    `interfaceNames gives table ${JSON.stringify(key)} the name ${JSON.stringify(name)}, ` +
      `which is taken, not capitalised or no identifier.\nA name that works: ${interfaceName(name)}.`,
  )
}

function refuseCollisions(tables: readonly TablePlan[]): void {
  const owners = new Map<string, string>()
  for (const { key, interfaceName: name } of tables) {
    const owner = owners.get(name)
    if (owner !== undefined) {
      throw new ConfigurationError(
        `Tables ${JSON.stringify(owner)} and ${JSON.stringify(key)} would both become interface ${name}.\n` +
          `Name one of them: interfaceNames: { ${JSON.stringify(key)}: '${name}2' }.`,
      )
    }
    owners.set(name, key)
  }
}
