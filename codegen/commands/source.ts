/** Where a command takes the schema from: a database, or a snapshot file and then nothing else. */
import { parseSnapshot, type SchemaModel, SchemaSnapshotError } from 'kysely-matrixone/schema'
import { mentionEnvFile } from '../config/env-file.js'
import type { Settings, SourceSettings } from '../config/settings.js'
import type { LeftOutTable } from '../emit/typescript/emit-options.js'
import { ConfigurationError } from '../errors.js'
import type { CatalogReading, ReadOptions } from '../read/read-schema.js'
import type { TableName } from '../read/table-patterns.js'
import { printable } from '../report/printable.js'
import type { Side } from '../report/sides.js'
import { readIfThere } from '../workspace/files.js'
import type { Output } from '../workspace/output.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { escapeNames } from './print-warning.js'
import { removedSince } from './removed-tables.js'
import { refuseUnknownNames, selectTables } from './select-tables.js'

/** A schema model and what to call the place that it came from. */
export interface SchemaSource {
  /** The tables that the settings ask for. */
  readonly model: SchemaModel
  /** All tables that were read. */
  readonly whole: SchemaModel
  /** `the database at 127.0.0.1:6001/shop`, `generated/db.schema.json`. */
  readonly label: string
  /** The snapshot file that was read; undefined for a database. */
  readonly file?: ProjectFile
  /** The version of the server, as it names itself; undefined for a file. */
  readonly serverVersion?: string
  /** The tables that were left out, as far as they were read. */
  readonly excluded: readonly TableName[]
  /** False when the database did not show everything. */
  readonly complete: boolean
  /** Views whose columns are those of their creation, which may be other ones by now. */
  readonly unreadViews: readonly TableName[]
  /** Sentences about the source itself. */
  readonly notes: readonly string[]
}

/** How a report names a source. */
export function sideOf({ label, file }: Pick<SchemaSource, 'label' | 'file'>): Side {
  return { name: label, isFile: file !== undefined }
}

/** The use of a schema. */
interface Purpose {
  /** An earlier reading, whose warnings are not repeated. */
  readonly earlier?: SchemaSource | undefined
  /**
   * Other tables that an option may name: one of the snapshot file that is gone is drift. With `later`, names
   * are not looked at.
   */
  readonly others?: 'snapshot' | 'later'
}

/**
 * Loads the schema model; a snapshot file is read without loading kysely or mysql2.
 *
 * @throws {ConfigurationError} when there is no source, or it has no table and that is not allowed
 */
export async function loadSource(
  settings: Settings,
  output: Output,
  { earlier, others }: Purpose = {},
): Promise<SchemaSource> {
  const source = await readTables(settings, output, earlier)
  for (const note of source.notes) {
    if (earlier?.notes.includes(note) !== true) output.warn(note)
  }
  const gone = others === 'snapshot' ? removedSince(settings, source) : []
  const excluded = [...source.excluded, ...gone]
  if (others !== 'later') {
    const isShared = settings.sharing?.options.some((option) => ofTables.has(option))
    const elsewhere = isShared ? await tablesElsewhere(settings, output) : []
    refuseUnknownNames(settings, { ...source, excluded }, elsewhere)
  }
  if (!settings.allowEmpty && countTables(source.model) === 0) {
    const { include = [], exclude = [] } = settings.patterns
    const patterns = [...include, ...exclude.map((pattern) => `not ${pattern}`)]
    throw new ConfigurationError(
      `No table was found in ${printable(source.label)}${patterns.length === 0 ? '' : ` for the patterns ${patterns.join(', ')}`}.\nCheck the database and the patterns, or accept this with --allow-empty.`,
    )
  }
  return source
}

/** The options that name tables and no columns. */
const ofTables: ReadonlySet<string> = new Set(['include', 'exclude', 'interfaceNames'])

/**
 * The tables of the targets that read another database: what is beside `targets` can be about them. `any` where
 * these are not read, since nothing can be said then.
 */
export async function tablesElsewhere(
  { sharing }: Settings,
  output: Output,
): Promise<readonly LeftOutTable[] | 'any'> {
  if (sharing === undefined) return []
  const { options, others } = sharing
  if (others === 'unread') return 'any'
  const found: LeftOutTable[] = []
  for (const other of others) {
    const { model, excluded } = await readTables(takeSnapshotFile(other, 'check'), output)
    for (const { name: database, tables } of model.databases) {
      for (const { name: table, columns } of tables) {
        found.push({ database, table, columns: columns.map(({ name }) => name), options })
      }
    }
    found.push(...excluded.map((table) => ({ ...table, options })))
  }
  return found
}

async function readTables(
  settings: Settings,
  output: Output,
  earlier?: SchemaSource,
): Promise<SchemaSource> {
  return settings.from === undefined
    ? readDatabase(settings, output, earlier)
    : readSnapshot(settings, settings.from)
}

/**
 * Replaces the database by the project's snapshot file, for `--offline`.
 *
 * @param verb what cannot be done when there is none
 */
export function takeSnapshotFile(settings: Settings, verb: 'check' | 'document'): Settings {
  if (!settings.offline) return settings
  const from = settings.from ?? settings.snapshotFile
  if (from !== null) return { ...settings, from }
  throw new ConfigurationError(
    `No snapshot file to ${verb} offline: snapshotFile is false.\nName one with --from <snapshot file>.`,
  )
}

/** Reads a snapshot file and applies the table patterns to it. */
export async function readSnapshot(settings: Settings, file: ProjectFile): Promise<SchemaSource> {
  const label = file.shown
  const text = readIfThere(file)
  if (text === undefined) {
    throw new ConfigurationError(
      `There is no snapshot file ${label}.\nWrite one with: mo-codegen snapshot --snapshot-file ${label}`,
    )
  }
  const notes: string[] = []
  const whole = readModel(text, label, (warning) => notes.push(warning))
  return {
    ...selectTables(settings, whole),
    whole,
    label,
    file,
    complete: true,
    unreadViews: [],
    notes,
  }
}

/**
 * Reads the text of a snapshot file.
 *
 * @throws {ConfigurationError} when it is damaged or not a snapshot
 */
export function readModel(
  text: string,
  label: string,
  onWarning?: (warning: string) => void,
): SchemaModel {
  try {
    return parseSnapshot(text, label, onWarning)
  } catch (error) {
    if (!(error instanceof SchemaSnapshotError)) throw error
    throw new ConfigurationError(error.message, { cause: error })
  }
}

/** How many tables and views a model has. */
export function countTables(model: SchemaModel): number {
  return model.databases.reduce((sum, database) => sum + database.tables.length, 0)
}

/**
 * The readings of each database, the first and perhaps a second one: however many targets take their
 * tables from it, it is asked no more often.
 */
const readings = new WeakMap<SourceSettings, Promise<CatalogReading>[]>()

async function readOnce(settings: Settings, isAgain: boolean): Promise<CatalogReading> {
  const options = readOptionsOf(settings)
  const { readCatalog } = await import('../read/read-schema.js')
  const known = readings.get(settings.source) ?? []
  readings.set(settings.source, known)
  return (known[isAgain ? 1 : 0] ??= readCatalog(options))
}

/** The state of each database before its first reading. */
const states = new WeakMap<SourceSettings, Promise<string>>()

/**
 * Reads what any DDL changes, once for all targets of a database; undefined when its tables have been read
 * already, since they may be older.
 */
export async function readStateFirst(settings: Settings): Promise<string | undefined> {
  const { source } = settings
  const known = states.get(source)
  if (known === undefined && readings.has(source)) return undefined
  const { readState } = await import('../read/read-schema.js')
  const state = known ?? readState(readOptionsOf(settings), true)
  states.set(source, state)
  return state
}

/** Lets the database be read again. */
export function forgetReading({ source }: Settings): void {
  readings.delete(source)
  states.delete(source)
}

/**
 * How the database of the settings is read.
 *
 * @throws {ConfigurationError} when none is named
 */
export function readOptionsOf({ source, cwd }: Settings): ReadOptions {
  const { url, tls, databases, at } = source
  if (url === undefined) {
    throw new ConfigurationError(
      `No database was named.\nSet DATABASE_URL or give --url mysql://user:password@host:6001/database; --from <snapshot file> needs no database.${mentionEnvFile(cwd)}`,
    )
  }
  return {
    url: url.value,
    urlOrigin: url.origin,
    ...(tls && { tls }),
    databases,
    ...(at !== undefined && { at: { snapshot: at } }),
  }
}

async function readDatabase(
  settings: Settings,
  output: Output,
  earlier: SchemaSource | undefined,
): Promise<SchemaSource> {
  const asked = readOnce(settings, earlier !== undefined)
  const catalog = await output.during('Reading the database', asked)
  const { toReading } = await import('../read/read-schema.js')
  const reading = toReading(catalog, settings.patterns)
  output.debug(`read ${reading.source}, MatrixOne ${reading.serverVersion}`)
  const { model, excluded } = selectTables(settings, reading.model)
  const leftOut = [...reading.excluded, ...excluded]
  if (leftOut.length > 0) output.debug(`left out: ${leftOut.map(printName).join(', ')}`)
  return {
    model,
    whole: reading.model,
    excluded: leftOut,
    label: labelOf(reading.source, settings.source),
    serverVersion: reading.serverVersion,
    complete: reading.complete,
    unreadViews: reading.unreadViews,
    notes: reading.warnings.map((warning) => escapeNames(warning, reading.model)),
  }
}

/** The past of a database is not called like its present, with which it may be compared. */
function labelOf(place: string, { at }: SourceSettings): string {
  return `the database at ${place}${at === undefined ? '' : ` as of snapshot ${at}`}`
}

function printName({ database, table }: TableName): string {
  return printable(database === undefined ? table : `${database}.${table}`)
}
