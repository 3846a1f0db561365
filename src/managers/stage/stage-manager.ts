import { StageError } from '../../errors.js'
import { checkGivenOptions, checkOptions } from '../../options/check-options.js'
import { flag, integer, text } from '../../options/option-rules.js'
import { executeSecret } from '../statement/execute-secret.js'
import type { DropOptions } from '../names/drop-options.js'
import {
  checkedNames,
  type DroppableKind,
  dropNamed,
  NamedObjects,
} from '../names/named-objects.js'
import type { TableName } from '../names/table-name.js'
import { executeSql, type ManagerDb } from '../statement/execute.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'
import { loadFiles } from './load-files.js'
import { listFiles, readFile, removeFiles, writeFile } from './stage-files.js'
import { loadFilesOptions, s3StageOptions, stageChanges, stageOptions } from './stage-options.js'
import type {
  LoadFilesOptions,
  S3StageOptions,
  Stage,
  StageChanges,
  StageOptions,
} from './stage-types.js'
import type { LoadResult } from '../load-data/load-types.js'
import { writeAlterStage, writeCreateStage } from './write-stage.js'

interface StageRow {
  readonly name: string
  readonly url: string
  readonly status: string
  readonly comment: string | null
}

const SELECT_STAGES =
  'select stage_name as name, url, stage_status as status, comment from mo_catalog.mo_stages'

/** Named places outside the database, for load and export. */
export class StageManager<DB = unknown> {
  readonly #db: ManagerDb
  readonly #stages: NamedObjects<Stage>

  constructor(db: ManagerDb) {
    this.#db = db
    this.#stages = new NamedObjects(db, stages)
  }

  /**
   * Creates a stage. Neither the place nor the credentials are checked by the server.
   *
   * @throws {StageError} when the name is taken, or the URL is neither file, s3 nor stage
   * @throws {UnsupportedError} inside a transaction
   *
   * @example
   * await db.stage.create('backup', { url: 'file:///var/backup/' })
   *
   * ```sql
   * create stage `backup` url='file:///var/backup/' enable=true
   * ```
   */
  async create(name: string, options: StageOptions): Promise<Stage> {
    checkOptions('stage.create', stageOptions, options)
    refuseInTransaction(this.#db, 'CREATE STAGE')
    const { sql, parameters = [] } = writeCreateStage(name, options)
    return this.#stages.write(name, `create stage ${name}`, (one) =>
      executeSecret(one, sql, parameters),
    )
  }

  /**
   * Creates a stage on an S3 store.
   *
   * @example
   * await db.stage.createS3('backup', { bucket: 'acme', path: 'mo', accessKeyId, secretAccessKey, region: 'eu-central-1' })
   */
  async createS3(name: string, options: S3StageOptions): Promise<Stage> {
    checkOptions('stage.createS3', s3StageOptions, options)
    const { bucket, path, accessKeyId, secretAccessKey, region, endpoint, ...rest } = options
    const folder = (path ?? '').replaceAll(/^\/+|\/+$/g, '')
    return this.create(name, {
      ...rest,
      url: `s3://${bucket}${folder === '' ? '' : `/${folder}`}`,
      credentials: {
        AWS_KEY_ID: accessKeyId,
        AWS_SECRET_KEY: secretAccessKey,
        ...(region === undefined ? {} : { AWS_REGION: region }),
        ...(endpoint === undefined ? {} : { ENDPOINT: endpoint }),
      },
    })
  }

  /**
   * Changes a stage, one statement for each change: when one fails, those before it have taken effect.
   *
   * @throws {StageError} when there is no such stage
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * alter stage `backup` set comment='nightly'
   * ```
   */
  async alter(name: string, changes: StageChanges): Promise<Stage> {
    checkGivenOptions('stage.alter', stageChanges, changes)
    refuseInTransaction(this.#db, 'ALTER STAGE')
    const statements = writeAlterStage(name, changes)
    return this.#stages.write(name, `alter stage ${name}`, async (one) => {
      for (const { sql, parameters = [] } of statements) await executeSecret(one, sql, parameters)
    })
  }

  /**
   * Drops a stage; its files stay.
   *
   * @throws {StageError} when there is no such stage, unless `ifExists`
   * @throws {UnsupportedError} inside a transaction
   */
  async drop(name: string, options: DropOptions = {}): Promise<void> {
    await dropNamed(this.#db, stages, name, options)
  }

  /**
   * Lists the stages of the account by name, also in a transaction, where SHOW STAGES is refused.
   *
   * @param filter `like`: a pattern with `%` and `_`
   */
  async list(filter: { readonly like?: string } = {}): Promise<readonly Stage[]> {
    checkOptions('stage.list', { like: text }, filter)
    const { like } = filter
    if (like === undefined) return this.#stages.list()
    const matching = { ...stages, read: (db: ManagerDb) => readStages(db, 'like ?', like) }
    return new NamedObjects(this.#db, matching).list()
  }

  /**
   * One stage.
   *
   * @throws {StageError} when there is no such stage
   *
   * ```sql
   * select stage_name as name, url, stage_status as status, comment from mo_catalog.mo_stages where stage_name = 'backup'
   * ```
   */
  async get(name: string): Promise<Stage> {
    return this.#stages.get(name)
  }

  /** Whether there is such a stage. */
  async exists(name: string): Promise<boolean> {
    return this.#stages.exists(name)
  }

  /**
   * The files and folders in a stage, or in a folder of it, with their paths as the storage has them.
   *
   * @param pattern `'*.csv'`, `'2026/'`; default: everything at the top
   * @throws {StageError} when there is no such stage
   *
   * ```sql
   * select file from stage_list('stage://backup/*.csv') as f
   * ```
   */
  async files(name: string, pattern = '*'): Promise<readonly string[]> {
    return listFiles(this.#db, { stage: name, file: pattern })
  }

  /**
   * Reads a text file of a stage.
   *
   * @param part where to begin and how much to read, in bytes
   * @throws {StageError} when there is no such file
   *
   * ```sql
   * select load_file(cast('stage://backup/a.txt' as datalink)) as content
   * ```
   */
  async readFile(
    name: string,
    file: string,
    part: { readonly offset?: number; readonly size?: number } = {},
  ): Promise<string> {
    checkOptions('stage.readFile', { offset: integer(0), size: integer(0) }, part)
    return readFile(this.#db, { stage: name, file }, part)
  }

  /**
   * Writes a text file into a stage and returns its length in bytes; folders are made as needed.
   * The file stays when a transaction is rolled back.
   *
   * @throws {StageError} when the file exists
   *
   * ```sql
   * select save_file(cast('stage://backup/a.txt' as datalink), 'text') as bytes
   * ```
   */
  async writeFile(name: string, file: string, text: string): Promise<number> {
    return writeFile(this.#db, { stage: name, file }, text)
  }

  /**
   * Loads files of a stage into tables, by their suffixes: `.csv`, `.tsv`, `.jsonl`, `.jsonline`,
   * `.ndjson`, `.json` and `.parquet`. All files are loaded or none: they share one transaction.
   *
   * @param files the table for each file
   * @returns the result of each file, by its name
   * @throws {LoadDataError} as `loadData.csv` does, also when there is no such file
   * @throws {ValueError} for another suffix, before anything is loaded
   *
   * @example
   * await db.stage.loadFiles('backup', { 'users.csv': 'users', '2026/orders.parquet': 'orders' }, { skipLines: 1 })
   *
   * ```sql
   * load data infile 'stage://backup/users.csv' into table `users` …
   * ```
   */
  async loadFiles(
    name: string,
    files: Readonly<Record<string, TableName<DB>>>,
    options: LoadFilesOptions = {},
  ): Promise<Readonly<Record<string, LoadResult>>> {
    checkOptions('stage.loadFiles', loadFilesOptions, options)
    return loadFiles(this.#db, name, files, options)
  }

  /**
   * Removes files from a stage.
   *
   * @param pattern `'a.csv'`, `'*.csv'`
   * @throws {StageError} when no file matches, unless `ifExists`
   * @throws {UnsupportedError} inside a transaction, and on 3.0.x
   *
   * ```sql
   * remove files from stage if exists 'stage://backup/*.csv'
   * ```
   */
  async removeFiles(name: string, pattern: string, options: DropOptions = {}): Promise<void> {
    checkOptions('stage.removeFiles', { ifExists: flag }, options)
    refuseInTransaction(this.#db, 'REMOVE FILES')
    await removeFiles(this.#db, { stage: name, file: pattern }, options.ifExists === true)
  }
}

const stages: DroppableKind<Stage> = {
  ...checkedNames('stage', 'stage'),
  ErrorClass: StageError,
  read: (db, only) => (only === undefined ? readStages(db) : readStages(db, '= ?', only)),
}

async function readStages(
  db: ManagerDb,
  condition?: string,
  name?: string,
): Promise<readonly Stage[]> {
  const rows = await wrapError(StageError, 'read the stages', () =>
    executeSql<StageRow>(
      db,
      SELECT_STAGES +
        (condition === undefined ? ' order by name' : ` where stage_name ${condition}`),
      name === undefined ? [] : [name],
    ),
  )
  return rows.map(toStage)
}

function toStage({ name, url, status, comment }: StageRow): Stage {
  return Object.freeze({
    name,
    url,
    enabled: status !== 'disabled',
    comment: comment === null || comment === '' ? null : comment,
  })
}
