/**
 * The state of the last run, kept in `node_modules/.cache`: when neither the tables nor the files have
 * changed since, reading a thousand tables to find that out takes several times as long as asking for their
 * ids. `check` believes none of this and always reads.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { canonicalJson, digestOf, type TableModel } from 'kysely-matrixone/schema'
import { includesLevel } from '../config/log-level.js'
import type { Settings } from '../config/settings.js'
import { emittedFormatVersion } from '../emit/typescript/header.js'
import { ConfigurationError, UnreachableDatabaseError } from '../errors.js'
import { digestOfFile, readIfThere, writeAtomically } from '../workspace/files.js'
import { projectFile, type ProjectFile } from '../workspace/project-file.js'
import { version } from '../version.js'
import { countTables, readStateFirst, type SchemaSource } from './source.js'

/** The last run with the same settings, if there was one, beside the state of the database now. */
export class LastRun {
  readonly #settings: Settings
  readonly #record: ProjectFile
  readonly #state: string

  private constructor(settings: Settings, record: ProjectFile, state: string) {
    this.#settings = settings
    this.#record = record
    this.#state = state
  }

  /** Reads the state of the database; undefined where there is nothing to compare it with, or to keep it in. */
  static async find(settings: Settings): Promise<LastRun | undefined> {
    const record = recordOf(settings)
    if (record === undefined) return undefined
    try {
      const state = await readStateFirst(settings)
      return state === undefined ? undefined : new LastRun(settings, record, state)
    } catch (error) {
      // Reading the tables reports what else is wrong, or gets along without a right.
      if (error instanceof UnreachableDatabaseError) throw error
      return undefined
    }
  }

  /** How many tables the files show when nothing has changed; undefined when the tables have to be read. */
  get unchangedTables(): number | undefined {
    const found = /^([0-9a-f]{64}) (\d+)\n$/.exec(readIfThere(this.#record) ?? '')
    return found !== null && found[1] === this.#digest() ? Number(found[2]) : undefined
  }

  /** Keeps this run, if the state of the database decides its result: a warning has to be given again. */
  remember({ model, complete, notes }: SchemaSource): void {
    const isDecided = model.databases.every(({ tables }) => tables.every(isDecidedByState))
    const digest = this.#digest()
    if (!isDecided || !complete || notes.length > 0 || digest === undefined) return
    try {
      writeAtomically(this.#record, `${digest} ${countTables(model)}\n`)
    } catch (error) {
      // A cache that cannot be written is none.
      if (!(error instanceof ConfigurationError)) throw error
    }
  }

  #digest(): string | undefined {
    const { outFile, snapshotFile } = this.#settings
    const files = [outFile, snapshotFile].map((file) => file && digestOfFile(file))
    return files.includes(undefined) ? undefined : digestOf(JSON.stringify([this.#state, ...files]))
  }
}

/** A view with a time hint changes also with the snapshot that it names, or with time. */
function isDecidedByState({ definition = '' }: TableModel): boolean {
  return !definition.includes('{')
}

/** The file of the last run; undefined for a run that has to read the tables anyway. */
function recordOf(settings: Settings): ProjectFile | undefined {
  const { cwd, source, from, force, emit, outFile, logLevel } = settings
  const isPlain =
    from === undefined &&
    source.url !== undefined &&
    source.at === undefined &&
    !force &&
    emit.layout === 'one-file' &&
    // What a function answers cannot be compared, nor can be told what it left out.
    emit.name === undefined &&
    !includesLevel(logLevel, 'debug')
  if (!isPlain || !existsSync(outFile.path)) return undefined
  const folder = findModules(dirname(outFile.path))
  if (folder === undefined) return undefined
  return projectFile(cwd, join(folder, '.cache', 'mo-codegen', nameOf(settings)))
}

/** Of everything that decides the result, without the password. */
function nameOf({ source, patterns, migrationTables, ...settings }: Settings): string {
  const { emit, outFile, snapshotFile, target } = settings
  const url = (source.url?.value ?? '').replace(/(\/\/[^:@/]*):.*@/, '$1@')
  const decisive = {
    version,
    formatVersion: emittedFormatVersion,
    url,
    databases: source.databases,
    patterns,
    migrationTables,
    emit,
    files: [outFile.path, snapshotFile?.path ?? null],
    ...(target !== undefined && { target }),
  }
  return digestOf(canonicalJson(decisive)).slice(0, 32)
}

function findModules(folder: string): string | undefined {
  const modules = join(folder, 'node_modules')
  if (existsSync(modules)) return modules
  const parent = dirname(folder)
  return parent === folder ? undefined : findModules(parent)
}
