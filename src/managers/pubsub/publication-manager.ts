import { PubSubError, UnsupportedError, ValueError } from '../../errors.js'
import { checkGivenOptions, checkOptions } from '../../options/check-options.js'
import {
  either,
  flag,
  isObject,
  listOf,
  oneOf,
  type OptionRules,
  required,
  text,
} from '../../options/option-rules.js'
import type { Capabilities } from '../../server/capabilities.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { toLiteral } from '../../sql/literals.js'
import type { DropOptions } from '../names/drop-options.js'
import { HandleNames } from '../names/handle-names.js'
import {
  checkedNames,
  type DroppableKind,
  dropNamed,
  NamedObjects,
} from '../names/named-objects.js'
import { quoteCheckedName, quoteDatabase, sameName } from '../names/names.js'
import { executeSql, type ManagerDb } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { timeReader } from '../statement/read-time.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'
import type {
  AlterAccounts,
  AlterPublicationOptions,
  CreatePublicationOptions,
  Publication,
  PublicationFilter,
} from './pubsub-types.js'
import { type PublicationRow, toPublication } from './pubsub-rows.js'

const ACCOUNTS = either(oneOf('all'), listOf(text))

const FILTER: OptionRules<PublicationFilter> = { account: text, database: text }

const CREATE: OptionRules<CreatePublicationOptions> = {
  database: required(text),
  tables: listOf(text),
  accounts: required(ACCOUNTS),
  comment: text,
  ifNotExists: flag,
}

const ALTER: OptionRules<AlterPublicationOptions> = {
  accounts: either(ACCOUNTS, {
    expected: '{ add: […] } or { drop: […] }',
    accepts: (value) =>
      isObject(value) &&
      /^(add|drop)$/.test(Object.keys(value).join(' ')) &&
      listOf(text).accepts(Object.values(value)[0]),
  }),
  database: text,
  tables: listOf(text),
  comment: text,
}

/** The publications of this account, offered to others. */
export class PublicationManager {
  readonly #db: ManagerDb
  readonly #names: HandleNames
  readonly #publications: NamedObjects<Publication>

  constructor(db: ManagerDb) {
    this.#db = db
    this.#names = new HandleNames(db)
    this.#publications = new NamedObjects(db, publications)
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
    checkOptions('pubsub.publications.create', CREATE, options)
    const { accounts, comment, ifNotExists = false } = options
    const database = this.#names.database(options.database)
    const tables = this.#tables(options.tables)
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
    return this.#publications.write(name, `create publication ${name}`, (one) =>
      executeSql(one, sql),
    )
  }

  /**
   * Gives one publication.
   *
   * @throws {PubSubError} when there is none of that name
   */
  async get(name: string): Promise<Publication> {
    return this.#publications.get(name)
  }

  /**
   * Lists the publications of this account, sorted by name.
   *
   * ```sql
   * show publications
   * ```
   */
  async list(filter: PublicationFilter = {}): Promise<readonly Publication[]> {
    checkOptions('pubsub.publications.list', FILTER, filter)
    const { account } = filter
    const database = this.#database(filter.database)
    const all = await this.#publications.list()
    return Object.freeze(
      all.filter(
        (publication) =>
          (database === undefined || sameName(publication.database, database)) &&
          (account === undefined ||
            (publication.accounts?.includes(account.toLowerCase()) ?? true)),
      ),
    )
  }

  /**
   * Reads the statement that makes a publication again; the server leaves its comment out (4.2.0).
   *
   * @throws {PubSubError} when there is none of that name
   *
   * ```sql
   * show create publication `prices`
   * ```
   */
  async showCreate(name: string): Promise<string> {
    const sql = `show create publication ${quoteCheckedName('publication', name)}`
    const [row] = await wrapError(PubSubError, `show publication ${name}`, () =>
      executeSql<{ readonly 'Create Publication': string }>(this.#db, sql),
    )
    if (row !== undefined) return row['Create Publication']
    throw new PubSubError(`There is no publication ${name} in this account.`)
  }

  /** Whether this account has a publication of that name. */
  async exists(name: string): Promise<boolean> {
    return this.#publications.exists(name)
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
    checkGivenOptions('pubsub.publications.alter', ALTER, options)
    const { accounts, comment } = options
    const database = this.#database(options.database)
    const tables = this.#tables(options.tables)
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
    return this.#publications.write(name, `alter publication ${name}`, (one) =>
      executeSql(one, sql),
    )
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
    await dropNamed(this.#db, publications, name, options)
  }

  #database(name: string | undefined): string | undefined {
    return name === undefined ? undefined : this.#names.database(name)
  }

  #tables(names: readonly string[] | undefined): readonly string[] | undefined {
    return names?.map((name) => this.#names.bareTable(name))
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

const publications: DroppableKind<Publication> = {
  ...checkedNames('publication', 'pubsub.publications'),
  ErrorClass: PubSubError,
  read: readPublications,
}

async function readPublications(db: ManagerDb): Promise<readonly Publication[]> {
  // Never LIKE: SHOW PUBLICATIONS LIKE 'x'' or 1=1 -- ' shows all of them (4.2.0).
  const rows = await wrapError(PubSubError, 'list the publications', () =>
    executeSql<PublicationRow>(db, 'show publications'),
  )
  const readTime = timeReader(db)
  return rows.map((row) => toPublication(row, readTime))
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
