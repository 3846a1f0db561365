/** Selects tables by the patterns of the settings, and refuses names that match none. */
import type { SchemaModel } from 'kysely-matrixone/schema'
import { findClosest } from '../config/closest.js'
import type { Settings } from '../config/settings.js'
import type { ResolvedEmitOptions } from '../emit/typescript/emit-options.js'
import { ConfigurationError } from '../errors.js'
import { isGlob } from '../glob.js'
import { patternMatcher, tableFilter, type TableName } from '../read/table-patterns.js'
import { printable } from '../report/printable.js'

/** The tables of kysely's Migrator, which programs do not query. */
const migrationTables = new Set(['kysely_migration', 'kysely_migration_lock'])

/** The selected tables, and the names of the others. */
export interface Selection {
  readonly model: SchemaModel
  readonly excluded: readonly TableName[]
}

/** How the types of a selection are written: an option may be about a table that is not in it. */
export function emitOptionsFor(
  { emit }: Pick<Settings, 'emit'>,
  { excluded }: Pick<Selection, 'excluded'>,
): ResolvedEmitOptions {
  return { ...emit, leftOut: excluded.filter(({ table }) => !migrationTables.has(table)) }
}

/** Applies the patterns of the settings to a model. */
export function selectTables(
  { patterns, migrationTables: isMigrationWanted }: Settings,
  model: SchemaModel,
): Selection {
  const matches = tableFilter(patterns)
  const excluded: TableName[] = []
  const databases = model.databases.map((database) => ({
    ...database,
    tables: database.tables.filter(({ name }) => {
      const isWanted =
        matches(database.name, name) && (isMigrationWanted || !migrationTables.has(name))
      if (!isWanted) excluded.push({ database: database.name, table: name })
      return isWanted
    }),
  }))
  // The same object where nothing was excluded: its hash is cached.
  return { model: excluded.length === 0 ? model : { ...model, databases }, excluded }
}

/**
 * Refuses patterns and interface names that match no table: they are misspelt, or the table is
 * gone. A glob in the configuration's `exclude` may be meant for future tables.
 *
 * @throws {ConfigurationError} naming all of them
 */
export function refuseUnknownNames(settings: Settings, { model, excluded }: Selection): void {
  const taken = model.databases.flatMap(({ name, tables }) =>
    tables.map((table): TableName => ({ database: name, table: table.name })),
  )
  const tables = [...taken, ...excluded]
  // A schema without tables has a message of its own, or is accepted.
  if (taken.length === 0) return
  const { patterns, flags, emit } = settings
  const include = unmatched(patterns.include, tables)
  const exclude = unmatched(patterns.exclude, tables).filter(
    (pattern) => flags.exclude !== undefined || !isGlob(pattern),
  )
  const isQualified = model.databases.length > 1
  const keys = tables.map((name) => keyOf(name, isQualified))
  const names = Object.keys(emit.interfaceNames).filter((key) => !keys.includes(key))
  const lines = [
    ...include.map((pattern) => complain('include pattern', pattern, keys)),
    ...exclude.map((pattern) => complain('exclude pattern', pattern, keys)),
    ...names.map((key) => complain('key of interfaceNames', key, keys)),
  ]
  if (lines.length > 0) throw new ConfigurationError(lines.join('\n'))
}

function unmatched(
  patterns: readonly string[] = [],
  tables: readonly TableName[],
): readonly string[] {
  return patterns.filter((pattern) => {
    const matches = patternMatcher(pattern)
    return !tables.some(({ database, table }) => matches(database, table))
  })
}

function keyOf({ database, table }: TableName, isQualified: boolean): string {
  return isQualified ? `${database ?? ''}.${table}` : table
}

function complain(what: string, word: string, keys: readonly string[]): string {
  const meant = isGlob(word) ? undefined : findClosest(word, keys)
  const hint = meant === undefined ? '' : ` Did you mean ${printable(meant)}?`
  return `The ${what} ${printable(word)} matches no table.${hint}`
}
