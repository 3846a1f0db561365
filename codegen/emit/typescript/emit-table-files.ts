/** A file per table, and an index that brings them together: only the files of changed tables change. */
import { basename } from 'node:path'
import { type SchemaModel, sortModel, type TableModel } from 'kysely-matrixone/schema'
import type { EmittedFile, ResolvedEmitOptions } from './emit-options.js'
import { expectedHeader, type FileOrigin, tableMarker, withHeader } from './header.js'
import { planTables, type TablePlan } from './plan-tables.js'
import { refuseOthers } from './refuse-others.js'
import { deeper, folderOf, importedType, nameFiles, splitPath } from './table-files.js'
import { writeIndexFile, writeTableFile } from './write-declarations.js'

/**
 * Writes the index, whose path is `outFile`, and behind it the files of the tables.
 *
 * @param header of the index
 */
export function emitTableFiles(
  model: SchemaModel,
  options: ResolvedEmitOptions,
  header: FileOrigin,
): readonly EmittedFile[] {
  const sorted = sortModel(model)
  const plan = planTables(sorted, options)
  const { type } = splitPath(options.outFile)
  const folder = folderOf(options.outFile)
  const names = nameFiles(plan.tables.map(({ key }) => key))
  const nameOf = ({ key }: TablePlan): string => names.get(key) ?? ''
  const modules = (table: TablePlan): string =>
    `./${basename(folder)}/${nameOf(table)}${importedType(type)}`
  const index = checked(writeIndexFile(plan, options, modules), options)
  return [
    { path: options.outFile, text: withHeader(header, index) },
    ...plan.tables.map((table) => {
      const body = checked(writeTableFile(lower(table)), options)
      const origin = originOf(table, sorted, options)
      return {
        path: `${folder}/${nameOf(table)}${type}`,
        text: withHeader(origin, body, tableMarker),
      }
    }),
  ]
}

/** The table as if it were the only one: no change of another changes its file, unless its names change. */
function originOf(
  { key, interfaceName, rows, enums, table, database }: TablePlan,
  { formatVersion, databases }: SchemaModel,
  options: ResolvedEmitOptions,
): FileOrigin {
  const tables: readonly TableModel[] = [table]
  const own = databases
    .filter(({ name }) => name === database)
    .map((found) => ({ ...found, tables }))
  const names = [interfaceName, ...Object.values(rows ?? {}), ...enums.map(({ name }) => name)]
  return expectedHeader(
    { formatVersion, databases: own },
    { ...options, slices: {}, name: undefined, interfaceNames: { [key]: names.join(' ') } },
  )
}

/** Modules that the configuration names count from the index. */
function lower(table: TablePlan): TablePlan {
  return { ...table, imports: table.imports.map(([module, names]) => [deeper(module), names]) }
}

function checked(text: string, options: ResolvedEmitOptions): string {
  refuseOthers(text, options)
  return text
}
