import { PubSubError } from '../../errors.js'
import { checkArgument, checkOptions } from '../../options/check-options.js'
import { filledText, flag, type OptionRules, required, text } from '../../options/option-rules.js'
import type { DropOptions } from '../names/drop-options.js'
import { HandleNames } from '../names/handle-names.js'
import { type NamedKind, NamedObjects } from '../names/named-objects.js'
import { executeSql, type ManagerDb } from '../statement/execute.js'
import { quoteCheckedName, quoteDatabase, quoteNewDatabase } from '../names/names.js'
import { timeReader } from '../statement/read-time.js'
import { wrapError } from '../statement/wrap-error.js'
import type { CreateSubscriptionOptions, Subscription } from './pubsub-types.js'
import { type SubscriptionRow, toSubscription } from './pubsub-rows.js'

const CREATE: OptionRules<CreateSubscriptionOptions> = {
  from: required(text),
  publication: required(text),
}

/** Subscriptions of this account: databases that show another account's tables, read-only. */
export class SubscriptionManager {
  readonly #db: ManagerDb
  readonly #names: HandleNames
  readonly #subscriptions: NamedObjects<Subscription>

  constructor(db: ManagerDb) {
    this.#db = db
    this.#names = new HandleNames(db)
    this.#subscriptions = new NamedObjects(db, subscriptions)
  }

  /**
   * Subscribes to a publication: its tables appear in a new database, read-only. Takes part in a
   * transaction, but can neither be listed nor read before it commits.
   *
   * @param name the new database
   * @throws {PubSubError} when the database exists, there is no such publication, this account may
   * not subscribe to it, or has done so under another name
   *
   * @example
   * await db.pubsub.subscriptions.create('prices', { from: 'acme', publication: 'prices' })
   * await db.withSchema('prices').selectFrom('prices').selectAll().execute()
   *
   * ```sql
   * create database `prices` from `acme` publication `prices`
   * ```
   */
  async create(name: string, options: CreateSubscriptionOptions): Promise<void> {
    checkOptions('pubsub.subscriptions.create', CREATE, options)
    const { from, publication } = options
    const sql =
      `create database ${quoteNewDatabase(this.#names.database(name))} from ${quoteCheckedName('account', from)} ` +
      `publication ${quoteCheckedName('publication', publication)}`
    await wrapError(PubSubError, `subscribe to publication ${publication} of ${from}`, () =>
      executeSql(this.#db, sql),
    )
  }

  /**
   * Gives one subscription by the name of its database.
   *
   * @throws {PubSubError} when there is none of that name
   */
  async get(name: string): Promise<Subscription> {
    return this.#subscriptions.get(this.#names.database(name))
  }

  /**
   * Lists the subscriptions, and with `all` also the publications on offer, whose name is null.
   * Sorted by account and publication.
   *
   * ```sql
   * show subscriptions all
   * ```
   */
  async list(options: { readonly all?: boolean } = {}): Promise<readonly Subscription[]> {
    checkOptions('pubsub.subscriptions.list', { all: flag }, options)
    if (options.all !== true) return this.#subscriptions.list()
    return new NamedObjects(this.#db, offers).list()
  }

  /** Whether this account has a subscription of that name. */
  async exists(name: string): Promise<boolean> {
    return this.#subscriptions.exists(this.#names.database(name))
  }

  /**
   * Ends a subscription: drops its database, and no other. Takes part in a transaction.
   *
   * @throws {PubSubError} when there is no such database, or it is not a subscription
   *
   * ```sql
   * drop database `prices`
   * ```
   */
  async drop(name: string, options: DropOptions = {}): Promise<void> {
    checkOptions('pubsub.subscriptions.drop', { ifExists: flag }, options)
    const database = this.#names.database(name)
    const quoted = quoteDatabase(database)
    await wrapError(PubSubError, `drop subscription ${name}`, async () => {
      const [found] = await executeSql<{ readonly type: string }>(
        this.#db,
        'select dat_type as `type` from mo_catalog.mo_database ' +
          'where account_id = current_account_id() and datname = ?',
        [database.toLowerCase()],
      )
      if (found === undefined && options.ifExists === true) return
      if (found?.type !== 'subscription') {
        throw new PubSubError(
          found === undefined
            ? `There is no subscription ${name} in this account.`
            : `The database ${name} is not a subscription, so it is not dropped.`,
        )
      }
      await executeSql(this.#db, `drop database ${quoted}`)
    })
  }
}

/** Without a drop rule: a subscription that is not committed can be dropped, but not listed. */
const subscriptions: NamedKind<Subscription> = {
  manager: 'pubsub.subscriptions',
  title: 'subscription',
  ErrorClass: PubSubError,
  toStored: (name) => {
    checkArgument('pubsub.subscriptions', 'The name', filledText, name)
    return name.toLowerCase()
  },
  nameOf: ({ name }) => name,
  compare: (left, right) => (keyOf(left) < keyOf(right) ? -1 : 1),
  missing: () => 'db.pubsub.subscriptions.list() lists those of this account.',
  read: (db) => readSubscriptions(db, 'show subscriptions'),
}

/** Also the publications on offer, whose name is null. */
const offers: NamedKind<Subscription> = {
  ...subscriptions,
  read: (db) => readSubscriptions(db, 'show subscriptions all'),
}

function keyOf({ account, publication }: Subscription): string {
  return `${account}\0${publication}`
}

async function readSubscriptions(db: ManagerDb, sql: string): Promise<readonly Subscription[]> {
  const rows = await wrapError(PubSubError, 'list the subscriptions', () =>
    executeSql<SubscriptionRow>(db, sql),
  )
  const readTime = timeReader(db)
  return rows.map((row) => toSubscription(row, readTime))
}
