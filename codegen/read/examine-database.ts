/** Runs the doctor of kysely-matrixone on a database, with the searches of a file of the project. */
import { existsSync } from 'node:fs'
import type { Evaluation, IndexReport, MatrixOne, Progress, RecallReport } from 'kysely-matrixone'
import type { DoctorFile } from '../config/doctor-file.js'
import { ConfigurationError, messageOf } from '../errors.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { connect, databaseOfUrl, loadClientErrors } from './connect.js'
import { explaining } from './explaining.js'
import { importModule } from './import-module.js'
import type { ReadOptions } from './read-schema.js'

/** A vector column to examine. */
export interface VectorPlace {
  /** Undefined for the URL's own database. */
  readonly database: string | undefined
  readonly table: string
  readonly column: string
}

/** The measurements of a run. */
export interface Examination {
  readonly indexes: readonly IndexReport[]
  readonly evaluation: Evaluation | undefined
  readonly recall: RecallReport | undefined
}

/** Says how far the examination is. */
export type Tell = (text: string) => void

type AnyFile = DoctorFile<Tables, unknown>
type Tables = Record<string, Record<string, unknown>>

/**
 * Loads the default export of a file with searches.
 *
 * @throws {ConfigurationError} when it cannot be loaded, or exports something else
 */
export async function loadDoctorFile({ path, shown }: ProjectFile): Promise<AnyFile> {
  if (!existsSync(path)) {
    throw new ConfigurationError(`There is no file ${shown}.\nIt was named by --search.`)
  }
  let module: unknown
  try {
    module = await importModule(path)
  } catch (error) {
    throw new ConfigurationError(`${shown} cannot be loaded: ${messageOf(error)}`, { cause: error })
  }
  const { default: file } = module as { readonly default?: unknown }
  if (isDoctorFile(file)) return file
  throw new ConfigurationError(
    `${shown} has no searches.\nIt exports by default: defineDoctor({ schema, searches, judged }), or with recall.`,
  )
}

function isDoctorFile(value: unknown): value is AnyFile {
  if (typeof value !== 'object' || value === null || !('schema' in value)) return false
  return 'recall' in value || ('searches' in value && 'judged' in value)
}

/** Examines columns, one after the other, and runs the measurements of a file. */
export async function examineDatabase(
  options: ReadOptions,
  places: readonly VectorPlace[],
  file: AnyFile | undefined,
  tell: Tell,
): Promise<Examination> {
  // The databases of the options come before the URL's, as where the tables were read.
  const database = options.databases?.[0] ?? (await databaseOfUrl(options.url))
  return explaining(
    options,
    database,
    () => examine(options, database, places, file, tell),
    loadClientErrors,
    denied,
  )
}

/** The doctor compares rows with the lists of an index. */
const denied = {
  what: 'read the vectors of all tables',
  grants: ['GRANT SELECT ON TABLE <table> TO <role>;'],
}

async function examine(
  options: ReadOptions,
  database: string | undefined,
  places: readonly VectorPlace[],
  file: AnyFile | undefined,
  tell: Tell,
): Promise<Examination> {
  const schema = file?.schema
  const db = await connect<Tables>(options, database, { ...(schema && { schema }) })
  try {
    const indexes: IndexReport[] = []
    for (const { database, table, column } of places) {
      tell(`Examining ${table}.${column}`)
      const handle = database === undefined ? db : db.withSchema(database)
      indexes.push(await handle.doctor.index(table, column as never))
    }
    return {
      indexes,
      recall: file === undefined ? undefined : await measureRecall(db, file, tell),
      evaluation: file === undefined ? undefined : await evaluate(db, file, tell),
    }
  } finally {
    tell('')
    await db.destroy()
  }
}

async function measureRecall(
  db: MatrixOne<Tables>,
  { recall, judged = [] }: AnyFile,
  tell: Tell,
): Promise<RecallReport | undefined> {
  if (recall === undefined) return undefined
  const { search, limits, queries = judged.map(({ query }) => query) } = recall
  return db.doctor.recall(search, queries, {
    ...(limits !== undefined && { limits }),
    onProgress: telling('Recall', tell),
  })
}

async function evaluate(
  db: MatrixOne<Tables>,
  { searches, judged, options = {} }: AnyFile,
  tell: Tell,
): Promise<Evaluation | undefined> {
  if (searches === undefined || judged === undefined) return undefined
  return db.doctor.evaluate(searches, judged, {
    ...options,
    onProgress: telling('Judged queries', tell),
  })
}

function telling(what: string, tell: Tell): (progress: Progress) => void {
  return ({ done, of }) => tell(`${what}: ${done} of ${of}`)
}
