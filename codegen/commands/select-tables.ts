/** Selects tables by the patterns of the settings, and refuses names that match none. */
import type { SchemaModel } from 'kysely-matrixone/schema'
import { findClosest } from '../config/closest.js'
import type { Settings } from '../config/settings.js'
import {
  type LeftOutTable,
  mayConcern,
  type ResolvedEmitOptions,
} from '../emit/typescript/emit-options.js'
import { ConfigurationError } from '../errors.js'
import { isGlob } from '../glob.js'
import {
  patternMatcher,
  tableFilter,
  type TableFilter,
  type TableName,
} from '../read/table-patterns.js'
import { printable } from '../report/printable.js'
import type { ProjectFile } from '../workspace/project-file.js'

/** The tables of kysely's Migrator, which programs do not query. */
const migrationTables = new Set(['kysely_migration', 'kysely_migration_lock'])

/** The selected tables, and the names of the others. */
export interface Selection {
  readonly model: SchemaModel
  readonly excluded: readonly TableName[]
  /** The snapshot file that it is from, which has no table that was left out; undefined for a database. */
  readonly file?: ProjectFile | undefined
}

/**
 * How the types of a selection are written: an option may be about a table that is not in it.
 *
 * @param elsewhere the tables of targets that share options
 */
export function emitOptionsFor(
  { emit, patterns }: Pick<Settings, 'emit' | 'patterns'>,
  { excluded, file }: Omit<Selection, 'model'>,
  elsewhere: readonly LeftOutTable[] | 'any',
): ResolvedEmitOptions {
  const { include = [], exclude = [] } = patterns
  const isUnknown = file !== undefined && include.length + exclude.length > 0
  if (isUnknown) return { ...emit, leftOut: 'any' }
  const own = excluded.filter(({ table }) => !migrationTables.has(table))
  return { ...emit, leftOut: elsewhere === 'any' ? 'any' : [...own, ...elsewhere] }
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
 * gone. A glob in the configuration's `exclude` may be meant for future tables, and of a snapshot file any of its
 * patterns for a table that was left out of it. An only database has no name, so it is not looked for.
 *
 * @throws {ConfigurationError} naming all of them
 */
export function refuseUnknownNames(
  settings: Settings,
  { model, excluded, file }: Selection,
  elsewhere: readonly LeftOutTable[] | 'any' = [],
): void {
  // Targets that are not read may have them.
  if (elsewhere === 'any') return
  const taken = model.databases.flatMap(({ name, tables }) =>
    tables.map((table): TableName => ({ database: name, table: table.name })),
  )
  const tables = [...taken, ...excluded]
  const sharedBy = (option: string): readonly TableName[] =>
    elsewhere.filter((table) => mayConcern(table, option))
  // A schema without tables has a message of its own, or is accepted.
  if (taken.length === 0) return
  const { patterns, flags, emit, offline } = settings
  const isQualified = model.databases.length > 1
  const isJudged = (pattern: string): boolean => isQualified || !pattern.includes('.')
  const isExclusionJudged = flags.exclude === undefined ? file === undefined : offline !== true
  const include = unmatched(patterns.include, [...tables, ...sharedBy('include')]).filter(isJudged)
  const exclude = unmatched(patterns.exclude, [...tables, ...sharedBy('exclude')]).filter(
    (pattern) =>
      isExclusionJudged && isJudged(pattern) && (flags.exclude !== undefined || !isGlob(pattern)),
  )
  const keys = tables.map((name) => keyOf(name, isQualified))
  const known = new Set([
    ...keys,
    ...sharedBy('interfaceNames').map((name) => keyOf(name, name.database !== undefined)),
  ])
  const isWanted = tableFilter(patterns)
  const names = Object.keys(emit.interfaceNames).filter(
    (key) => !known.has(key) && (file === undefined || isWanted(...partsOf(key, isQualified))),
  )
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

function partsOf(key: string, isQualified: boolean): Parameters<TableFilter> {
  const at = isQualified ? key.indexOf('.') : -1
  return [at < 0 ? undefined : key.slice(0, at), key.slice(at + 1)]
}

function complain(what: string, word: string, keys: readonly string[]): string {
  const meant = isGlob(word) ? undefined : findClosest(word, keys)
  const hint = meant === undefined ? '' : ` Did you mean ${printable(meant)}?`
  return `The ${what} ${printable(word)} matches no table.${hint}`
}
