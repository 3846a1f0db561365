import { StageError, UnsupportedError, ValueError } from '../../errors.js'
import { executeSecret } from '../execute-secret.js'
import { executeSql, readBack, type SqlExecutor } from '../execute.js'
import { escapeInner, innerLiteral } from '../inner-literal.js'
import { checkName, quoteCheckedName } from '../names.js'
import { readCapabilities } from '../read-capabilities.js'
import { refuseInTransaction } from '../refuse-in-transaction.js'
import { wrapError } from '../wrap-error.js'
import { stageUrl } from './stage-path.js'

/**
 * The server's storage keys by their own names (`AWS_KEY_ID`, `AWS_SECRET_KEY`, `AWS_REGION`,
 * `ENDPOINT`, …). They are stored as plain text, and never read back by this library.
 */
export type StageCredentials = Readonly<Record<string, string>>

/** Where a stage lies. */
export interface StageOptions {
  /** `file:///directory/`, `s3://bucket/path` or `stage://other/path`; a local one is the server's. */
  readonly url: string
  readonly credentials?: StageCredentials
  readonly comment?: string
  readonly ifNotExists?: boolean
}

/** A bucket of an S3 store. */
export interface S3StageOptions {
  readonly bucket: string
  readonly path?: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region?: string
  /** Of a store that is not Amazon's: `https://minio.example:9000`. */
  readonly endpoint?: string
  readonly comment?: string
  readonly ifNotExists?: boolean
}

/** What of a stage changes; each is a statement of its own, because the server takes one at a time. */
export interface StageChanges {
  readonly url?: string
  readonly credentials?: StageCredentials
  readonly comment?: string
  readonly enabled?: boolean
}

/** A stage, without its credentials. */
export interface Stage {
  readonly name: string
  readonly url: string
  /** False once it was switched off; a stage works all the same then (3.0.14, 4.2.0). */
  readonly enabled: boolean
  /** Null when there is none. */
  readonly comment: string | null
}

interface StageRow {
  readonly name: string
  readonly url: string
  readonly status: string
  readonly comment: string | null
}

const SELECT_STAGES =
  'select stage_name as name, url, stage_status as status, comment from mo_catalog.mo_stages'

/** Named places outside the database, for load and export. */
export class StageManager {
  readonly #db: SqlExecutor

  constructor(db: SqlExecutor) {
    this.#db = db
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
    refuseInTransaction(this.#db, 'CREATE STAGE')
    const { url, credentials, comment, ifNotExists = false } = options
    const secret = credentials === undefined ? undefined : credentialsSql(credentials)
    const statement = [
      `create stage ${ifNotExists ? 'if not exists ' : ''}${quoteCheckedName('stage', name)}`,
      `url=${innerLiteral(checkUrl(url), "'")}`,
      ...(secret === undefined ? [] : [secret.sql]),
      // Without it 3.0.14 makes one that says it is disabled; later versions take it as given.
      'enable=true',
      ...(comment === undefined ? [] : [`comment=${innerLiteral(comment, "'")}`]),
    ].join(' ')
    return wrapError(StageError, `create stage ${name}`, () =>
      readBack(
        this.#db,
        (one) => executeSecret(one, statement, secret?.parameters ?? []),
        (one) => new StageManager(one).get(name),
      ),
    )
  }

  /**
   * Creates a stage on an S3 store.
   *
   * @example
   * await db.stage.createS3('backup', { bucket: 'acme', path: 'mo', accessKeyId, secretAccessKey, region: 'eu-central-1' })
   */
  async createS3(name: string, options: S3StageOptions): Promise<Stage> {
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
    refuseInTransaction(this.#db, 'ALTER STAGE')
    const { url, credentials, comment, enabled } = changes
    const settings: readonly Setting[] = [
      ...(url === undefined ? [] : [{ sql: `url=${innerLiteral(checkUrl(url), "'")}` }]),
      ...(credentials === undefined ? [] : [credentialsSql(credentials)]),
      ...(comment === undefined ? [] : [{ sql: `comment=${innerLiteral(comment, "'")}` }]),
      ...(enabled === undefined ? [] : [{ sql: `enable=${enabled ? 'TRUE' : 'FALSE'}` }]),
    ]
    if (settings.length === 0) throw new ValueError(`Nothing of stage ${name} was to be changed.`)
    const head = `alter stage ${quoteCheckedName('stage', name)} set `
    const write = async (one: SqlExecutor): Promise<void> => {
      for (const { sql, parameters = [] } of settings) {
        await executeSecret(one, head + sql, parameters)
      }
    }
    return wrapError(StageError, `alter stage ${name}`, () =>
      readBack(this.#db, write, (one) => new StageManager(one).get(name)),
    )
  }

  /**
   * Drops a stage; its files stay.
   *
   * @throws {StageError} when there is no such stage, unless `ifExists`
   * @throws {UnsupportedError} inside a transaction
   */
  async drop(name: string, options: { readonly ifExists?: boolean } = {}): Promise<void> {
    refuseInTransaction(this.#db, 'DROP STAGE')
    const statement = `drop stage ${options.ifExists === true ? 'if exists ' : ''}${quoteCheckedName('stage', name)}`
    await wrapError(StageError, `drop stage ${name}`, () => executeSql(this.#db, statement))
  }

  /** All stages of the account, by name. SHOW STAGES is refused in a transaction; this is not. */
  async list(): Promise<readonly Stage[]> {
    const rows = await executeSql<StageRow>(this.#db, `${SELECT_STAGES} order by name`)
    return Object.freeze(rows.map(toStage))
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
    const stage = await this.#find(name)
    if (stage !== undefined) return stage
    throw new StageError(`There is no stage ${name}.`)
  }

  /** Whether there is such a stage. */
  async exists(name: string): Promise<boolean> {
    return (await this.#find(name)) !== undefined
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
    const url = stageUrl({ stage: name, file: pattern }, true)
    const rows = await wrapError(StageError, `list the files of stage ${name}`, () =>
      executeSql<{ readonly file: string }>(
        this.#db,
        'select file from stage_list(?) as f order by file',
        [url],
      ),
    )
    return Object.freeze(rows.map(({ file }) => file))
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
    const query = [
      ...(part.offset === undefined ? [] : [`offset=${checkBytes(part.offset)}`]),
      ...(part.size === undefined ? [] : [`size=${checkBytes(part.size)}`]),
    ].join('&')
    const url = stageUrl({ stage: name, file }) + (query === '' ? '' : `?${query}`)
    const [row] = await wrapError(StageError, `read ${file} of stage ${name}`, () =>
      executeSql<{ readonly content: string | Uint8Array }>(
        this.#db,
        'select load_file(cast(? as datalink)) as content',
        [url],
      ),
    )
    const content = row?.content ?? ''
    return typeof content === 'string' ? content : new TextDecoder().decode(content)
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
    if (/[\s'"`]/.test(file)) {
      throw new ValueError(
        `The file name ${JSON.stringify(file)} holds a blank or a quote, which the server refuses here.`,
      )
    }
    const [row] = await wrapError(StageError, `write ${file} into stage ${name}`, () =>
      executeSql<{ readonly bytes: number }>(
        this.#db,
        'select save_file(cast(? as datalink), ?) as bytes',
        [stageUrl({ stage: name, file }), text],
      ),
    )
    return Number(row?.bytes ?? 0)
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
  async removeFiles(
    name: string,
    pattern: string,
    options: { readonly ifExists?: boolean } = {},
  ): Promise<void> {
    refuseInTransaction(this.#db, 'REMOVE FILES')
    const url = stageUrl({ stage: name, file: pattern }, true)
    if (!(await readCapabilities(this.#db)).removeStageFiles) {
      throw new UnsupportedError(
        'REMOVE FILES FROM STAGE came with MatrixOne 4.0. Remove the files where they lie.',
      )
    }
    const statement = `remove files from stage ${options.ifExists === true ? 'if exists ' : ''}?`
    await wrapError(StageError, `remove ${pattern} from stage ${name}`, () =>
      executeSql(this.#db, statement, [url]),
    )
  }

  async #find(name: string): Promise<Stage | undefined> {
    const [row] = await wrapError(StageError, `read stage ${name}`, () =>
      executeSql<StageRow>(this.#db, `${SELECT_STAGES} where stage_name = ?`, [
        checkName('stage', name),
      ]),
    )
    return row === undefined ? undefined : toStage(row)
  }
}

function toStage({ name, url, status, comment }: StageRow): Stage {
  return Object.freeze({
    name,
    url,
    enabled: status !== 'disabled',
    comment: comment === null || comment === '' ? null : comment,
  })
}

function checkUrl(url: string): string {
  if (/(^|\/)\.\.(\/|$)/.test(url)) {
    throw new ValueError(`The stage URL ${JSON.stringify(url)} holds a .. : name the place itself.`)
  }
  return url
}

/** A part of a statement; its parameters are secrets. */
interface Setting {
  readonly sql: string
  readonly parameters?: readonly string[]
}

/** Stored as one text `K=V,K=V`, without escapes: a comma would make another key of what follows. */
function credentialsSql(credentials: StageCredentials): Setting & {
  readonly parameters: readonly string[]
} {
  const pairs = Object.entries(credentials)
  if (pairs.length === 0) throw new ValueError('The stage credentials are empty. Leave them out.')
  for (const [key, value] of pairs) {
    if (!/^[A-Za-z_]+$/.test(key)) {
      throw new ValueError(
        'A key of the stage credentials holds something else than letters and _.',
      )
    }
    if (value.includes(',')) {
      throw new ValueError(
        `The credential ${key} holds a comma, which MatrixOne would take for the next credential.`,
      )
    }
  }
  return {
    sql: `credentials={${pairs.map(([key]) => `'${key}'=?`).join(',')}}`,
    parameters: pairs.map(([, value]) => escapeInner(value, "'")),
  }
}

function checkBytes(value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new ValueError(`${value} is no number of bytes.`)
}
