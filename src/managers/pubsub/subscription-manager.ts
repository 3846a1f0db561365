import type { Kysely } from 'kysely'
import { PubSubError } from '../../errors.js'
import { executeSql } from '../statement/execute.js'
import { quoteCheckedName, quoteDatabase, quoteNewDatabase } from '../names/names.js'
import { timeReader } from '../statement/read-time.js'
import { wrapError } from '../statement/wrap-error.js'
import type { CreateSubscriptionOptions, Subscription, SubscriptionStatus } from './pubsub-types.js'
import { splitList } from './split-list.js'

interface SubscriptionRow {
  readonly pub_name: string
  readonly pub_account: string
  readonly pub_database: string | null
  readonly pub_tables: string | null
  readonly pub_comment: string | null
  readonly pub_time: Date | string | null
  readonly sub_name: string | null
  readonly sub_time: Date | string | null
  readonly status: number
}

const statuses: readonly SubscriptionStatus[] = ['normal', 'not allowed', 'publication dropped']

/** What this account has subscribed to: databases that show another account's tables, read-only. */
export class SubscriptionManager {
  readonly #db: Kysely<unknown>

  constructor(db: Kysely<unknown>) {
    this.#db = db
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
    const { from, publication } = options
    const sql =
      `create database ${quoteNewDatabase(name)} from ${quoteCheckedName('account', from)} ` +
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
    const wanted = name.toLowerCase()
    const found = (await this.list()).find((subscription) => subscription.name === wanted)
    if (found !== undefined) return found
    throw new PubSubError(`There is no subscription ${wanted} in this account.`)
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
    const rows = await wrapError(PubSubError, 'list the subscriptions', () =>
      executeSql<SubscriptionRow>(
        this.#db,
        options.all === true ? 'show subscriptions all' : 'show subscriptions',
      ),
    )
    const readTime = timeReader(this.#db)
    const subscriptions = rows.map((row): Subscription => {
      const status = statuses[Number(row.status)]
      if (status === undefined) {
        throw new PubSubError(
          `The subscription ${row.sub_name} has the unknown status ${row.status}.`,
        )
      }
      return Object.freeze({
        name: row.sub_name,
        publication: row.pub_name,
        account: row.pub_account,
        status,
        database: row.pub_database,
        tables:
          row.pub_tables === null || row.pub_tables === '*' ? null : splitList(row.pub_tables),
        comment: row.pub_comment === '' ? null : row.pub_comment,
        publishedAt: readTime(row.pub_time),
        subscribedAt: readTime(row.sub_time),
      })
    })
    const keyOf = ({ account, publication }: Subscription): string => `${account}\0${publication}`
    return Object.freeze(subscriptions.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)))
  }

  /** Whether this account has a subscription of that name. */
  async exists(name: string): Promise<boolean> {
    const wanted = name.toLowerCase()
    return (await this.list()).some((subscription) => subscription.name === wanted)
  }

  /**
   * Ends a subscription: drops its database, and no other. Takes part in a transaction.
   *
   * @throws {PubSubError} when there is no such database, or it is no subscription
   *
   * ```sql
   * drop database `prices`
   * ```
   */
  async drop(name: string, options: { readonly ifExists?: boolean } = {}): Promise<void> {
    const quoted = quoteDatabase(name)
    await wrapError(PubSubError, `drop subscription ${name}`, async () => {
      const [found] = await executeSql<{ readonly type: string }>(
        this.#db,
        'select dat_type as `type` from mo_catalog.mo_database ' +
          'where account_id = current_account_id() and datname = ?',
        [name.toLowerCase()],
      )
      if (found === undefined && options.ifExists === true) return
      if (found?.type !== 'subscription') {
        throw new PubSubError(
          found === undefined
            ? `There is no subscription ${name} in this account.`
            : `The database ${name} is no subscription, so it is not dropped.`,
        )
      }
      await executeSql(this.#db, `drop database ${quoted}`)
    })
  }
}
