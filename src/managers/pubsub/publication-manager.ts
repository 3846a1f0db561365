import type { Kysely } from 'kysely'
import { PubSubError, UnsupportedError, ValueError } from '../../errors.js'
import type { Capabilities } from '../../server/capabilities.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { toLiteral } from '../../sql/literals.js'
import type { DropOptions } from '../account/account-types.js'
import { executeSql, readBack } from '../statement/execute.js'
import { checkName, quoteCheckedName, quoteDatabase } from '../names/names.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { timeReader } from '../statement/read-time.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'
import type {
  AlterAccounts,
  AlterPublicationOptions,
  CreatePublicationOptions,
  Publication,
} from './pubsub-types.js'
import { splitList } from './split-list.js'

interface PublicationRow {
  readonly publication: string
  readonly database: string
  readonly tables: string
  readonly sub_account: string
  readonly subscribed_accounts: string
  readonly create_time: Date | string
  readonly update_time: Date | string | null
  readonly comments: string
}

/** What this account offers to others. */
export class PublicationManager {
  readonly #db: Kysely<unknown>

  constructor(db: Kysely<unknown>) {
    this.#db = db
  }

  /**
   * Offers a database, or some of its tables, to other accounts.
   *
   * @param name lower-cased; letters, digits, `_` and `-`, at most 64
   * @throws {PubSubError} when the name is taken, or a database, table or account does not exist
   * @throws {UnsupportedError} inside a transaction, and on 3.0 for a comment or table with `'` or `\`
   *
   * @example
   * await db.pubsub.publications.create('prices', {
   *   database: 'shop', tables: ['prices'], accounts: ['acme'],
   * })
   *
   * ```sql
   * create publication `prices` database `shop` table `prices` account `acme`
   * ```
   */
  async create(name: string, options: CreatePublicationOptions): Promise<Publication> {
    const { database, tables, accounts, comment, ifNotExists = false } = options
    refuseInTransaction(this.#db, 'CREATE PUBLICATION')
    const sql =
      `create publication ${quoteCheckedName('publication', name)} database ${quoteDatabase(database)}` +
      writeTables(tables) +
      ` account ${writeAccounts(accounts)}` +
      writeComment(comment)
    const { publicationNamesUnique } = await this.#readCapabilities(comment, tables)
    // The server takes IF NOT EXISTS and ignores it (4.2.0); 4.1.4 also makes a second one of the name.
    if ((ifNotExists || !publicationNamesUnique) && (await this.exists(name))) {
      if (ifNotExists) return this.get(name)
      throw new PubSubError(`Could not create publication ${name}: there is one of that name.`)
    }
    return this.#write(name, `create publication ${name}`, sql)
  }

  /**
   * Gives one publication.
   *
   * @throws {PubSubError} when there is none of that name
   */
  async get(name: string): Promise<Publication> {
    const wanted = checkName('publication', name)
    const found = (await this.list()).find((publication) => publication.name === wanted)
    if (found !== undefined) return found
    throw new PubSubError(`There is no publication ${wanted} in this account.`)
  }

  /**
   * Lists the publications of this account, sorted by name.
   *
   * ```sql
   * show publications
   * ```
   */
  async list(): Promise<readonly Publication[]> {
    // Never LIKE: SHOW PUBLICATIONS LIKE 'x'' or 1=1 -- ' shows all of them (4.2.0).
    const rows = await wrapError(PubSubError, 'list the publications', () =>
      executeSql<PublicationRow>(this.#db, 'show publications'),
    )
    const readTime = timeReader(this.#db)
    const publications = rows.map((row): Publication =>
      Object.freeze({
        name: row.publication,
        database: row.database,
        tables: row.tables === '*' ? null : splitList(row.tables),
        accounts: row.sub_account === '*' ? null : splitList(row.sub_account),
        subscribers: splitList(row.subscribed_accounts),
        comment: row.comments === '' ? null : row.comments,
        createdAt: readTime(row.create_time) as Date,
        updatedAt: readTime(row.update_time),
      }),
    )
    return Object.freeze(publications.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
  }

  /** Whether this account has a publication of that name. */
  async exists(name: string): Promise<boolean> {
    const wanted = checkName('publication', name)
    return (await this.list()).some((publication) => publication.name === wanted)
  }

  /**
   * Changes who may subscribe, what is published, or the comment. Accounts that may no longer keep
   * their subscription, but every read of it fails.
   *
   * @throws {PubSubError} when the publication, or something that is named, does not exist
   * @throws {UnsupportedError} inside a transaction, and on 3.0 for a comment or table with `'` or `\`
   *
   * @example
   * await db.pubsub.publications.alter('prices', { accounts: { add: ['umbrella'] } })
   *
   * ```sql
   * alter publication `prices` account add `umbrella`
   * ```
   */
  async alter(name: string, options: AlterPublicationOptions): Promise<Publication> {
    const { accounts, database, tables, comment } = options
    refuseInTransaction(this.#db, 'ALTER PUBLICATION')
    const changes =
      (accounts === undefined ? '' : ` account ${writeAlterAccounts(accounts)}`) +
      (database === undefined ? '' : ` database ${quoteDatabase(database)}`) +
      writeTables(tables) +
      writeComment(comment)
    if (changes === '') throw new ValueError('alter needs something to change.')
    if (comment === '') {
      throw new ValueError(
        'MatrixOne ignores an empty comment: a comment can be changed, not removed.',
      )
    }
    const sql = `alter publication ${quoteCheckedName('publication', name)}${changes}`
    if ((comment ?? tables) !== undefined) await this.#readCapabilities(comment, tables)
    return this.#write(name, `alter publication ${name}`, sql)
  }

  /**
   * Withdraws a publication; subscriptions to it stay as databases that cannot be read.
   *
   * @throws {PubSubError} when there is none of that name
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * drop publication `prices`
   * ```
   */
  async drop(name: string, options: DropOptions = {}): Promise<void> {
    refuseInTransaction(this.#db, 'DROP PUBLICATION')
    const ifExists = options.ifExists === true ? 'if exists ' : ''
    const sql = `drop publication ${ifExists}${quoteCheckedName('publication', name)}`
    await wrapError(PubSubError, `drop publication ${name}`, () => executeSql(this.#db, sql))
  }

  #write(name: string, what: string, sql: string): Promise<Publication> {
    return wrapError(PubSubError, what, () =>
      readBack(
        this.#db,
        (one) => executeSql(one, sql),
        (one) => new PublicationManager(one).get(name),
      ),
    )
  }

  /** 3.0.14 pastes comment and tables into SQL of its own, and again at every later change. */
  async #readCapabilities(comment = '', tables: readonly string[] = []): Promise<Capabilities> {
    const capabilities = await readCapabilities(this.#db)
    if (capabilities.publicationTextsEscaped || ![comment, ...tables].some(hasQuote)) {
      return capabilities
    }
    throw new UnsupportedError(
      "The comment and the tables of a publication can hold neither ' nor \\ on MatrixOne 3.0, which pastes them " +
        'into SQL of its own. Leave them out, or publish all tables.',
    )
  }
}

function hasQuote(text: string): boolean {
  return /['\\]/.test(text)
}

function writeTables(tables: readonly string[] | undefined): string {
  if (tables === undefined) return ''
  if (tables.length === 0) {
    throw new ValueError('tables must name at least one table. Leave it out for all tables.')
  }
  for (const table of tables) {
    if (!table.includes(',')) continue
    throw new ValueError(
      `The table ${table} cannot be published on its own: MatrixOne keeps the names as a list with ` +
        'commas, and subscribers would not see it. Publish all tables, or rename it.',
    )
  }
  return ` table ${tables.map(quoteIdentifier).join(', ')}`
}

function writeAccounts(accounts: readonly string[] | 'all'): string {
  if (accounts === 'all') return 'all'
  if (accounts.length === 0)
    throw new ValueError("accounts must name at least one account, or be 'all'.")
  return accounts.map((account) => quoteCheckedName('account', account)).join(', ')
}

function writeAlterAccounts(accounts: AlterAccounts): string {
  if (accounts === 'all') return 'all'
  if ('add' in accounts) return `add ${writeAccounts(accounts.add)}`
  return 'drop' in accounts ? `drop ${writeAccounts(accounts.drop)}` : writeAccounts(accounts)
}

function writeComment(comment: string | undefined): string {
  return comment === undefined ? '' : ` comment ${toLiteral(comment)}`
}
