/** Where a command takes the schema from: a database, or a snapshot file and then nothing else. */
import { parseSnapshot, type SchemaModel, SchemaSnapshotError } from 'kysely-matrixone/schema'
import type { Settings } from '../config/settings.js'
import { ConfigurationError } from '../errors.js'
import { tableFilter } from '../read/table-patterns.js'
import { readIfThere } from '../workspace/files.js'
import type { Output } from '../workspace/output.js'
import { projectFile, type ProjectFile } from '../workspace/project-file.js'

/** A schema model and what to call the place that it came from. */
export interface SchemaSource {
  readonly model: SchemaModel
  /** `the database at 127.0.0.1:6001/shop`, `generated/db.schema.json`. */
  readonly label: string
  /** The snapshot file that was read; undefined for a database. */
  readonly file?: ProjectFile
  /** False when the database did not show everything. */
  readonly complete: boolean
}

/** How a command wants its schema. */
export interface SourceFlags {
  /** A snapshot file to read instead of the database. */
  readonly from?: string
  /** A MatrixOne snapshot to read the database at. */
  readonly at?: string
  readonly allowEmpty?: boolean
}

/**
 * Loads the schema model; a snapshot file is read without loading kysely or mysql2.
 *
 * @throws {ConfigurationError} when there is no source, or it has no table and that is not allowed
 */
export async function loadSource(
  settings: Settings,
  flags: SourceFlags,
  output: Output,
): Promise<SchemaSource> {
  const source =
    flags.from === undefined
      ? await readDatabase(settings, flags.at, output)
      : await readSnapshot(settings, projectFile(settings.cwd, flags.from))
  if (!flags.allowEmpty && countTables(source.model) === 0) {
    const { include = [], exclude = [] } = settings.patterns
    const patterns = [...include, ...exclude.map((pattern) => `not ${pattern}`)]
    throw new ConfigurationError(
      `No table was found in ${source.label}${patterns.length === 0 ? '' : ` for the patterns ${patterns.join(', ')}`}.\nCheck the database and the patterns, or say that this is right: --allow-empty`,
    )
  }
  return source
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
  const model = readModel(text, label)
  const wanted = tableFilter(settings.patterns)
  const databases = model.databases.map((database) => ({
    ...database,
    tables: database.tables.filter((table) => wanted(database.name, table.name)),
  }))
  return { model: { ...model, databases }, label, file, complete: true }
}

/**
 * Reads the text of a snapshot file.
 *
 * @throws {ConfigurationError} when it is damaged or not a snapshot
 */
export function readModel(text: string, label: string): SchemaModel {
  try {
    return parseSnapshot(text, label)
  } catch (error) {
    if (!(error instanceof SchemaSnapshotError)) throw error
    throw new ConfigurationError(error.message, { cause: error })
  }
}

/** How many tables and views a model has. */
export function countTables(model: SchemaModel): number {
  return model.databases.reduce((sum, database) => sum + database.tables.length, 0)
}

async function readDatabase(
  settings: Settings,
  at: string | undefined,
  output: Output,
): Promise<SchemaSource> {
  if (settings.url === undefined) {
    throw new ConfigurationError(
      'No database was named.\nSet DATABASE_URL or give --url mysql://user:password@host:6001/database; --from <snapshot file> needs no database.',
    )
  }
  const { readSchema } = await import('../read/read-schema.js')
  const reading = await readSchema({
    url: settings.url.value,
    urlOrigin: settings.url.origin,
    databases: settings.databases,
    ...settings.patterns,
    ...(at !== undefined && { at: { snapshot: at } }),
  })
  for (const warning of reading.warnings) output.warn(warning)
  output.debug(`read ${reading.source}, MatrixOne ${reading.serverVersion}`)
  if (reading.excluded.length > 0) output.debug(`left out: ${reading.excluded.join(', ')}`)
  return {
    model: reading.model,
    label: `the database at ${reading.source}`,
    complete: reading.complete,
  }
}
