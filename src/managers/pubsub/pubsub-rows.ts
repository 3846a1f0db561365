/** Rows of SHOW PUBLICATIONS and SHOW SUBSCRIPTIONS, and how they are read. */
import { PubSubError } from '../../errors.js'
import type { TimeReader } from '../statement/read-time.js'
import type { Publication, Subscription, SubscriptionStatus } from './pubsub-types.js'

/** A row of SHOW PUBLICATIONS. */
export interface PublicationRow {
  readonly publication: string
  readonly database: string
  readonly tables: string
  readonly sub_account: string
  readonly subscribed_accounts: string
  readonly create_time: Date | string
  readonly update_time: Date | string | null
  readonly comments: string
}

/** Reads a publication. */
export function toPublication(row: PublicationRow, readTime: TimeReader): Publication {
  return Object.freeze({
    name: row.publication,
    database: row.database,
    tables: row.tables === '*' ? null : splitList(row.tables),
    accounts: row.sub_account === '*' ? null : splitList(row.sub_account),
    subscribers: splitList(row.subscribed_accounts),
    comment: row.comments === '' ? null : row.comments,
    createdAt: readTime(row.create_time) as Date,
    updatedAt: readTime(row.update_time),
  })
}

/** A row of SHOW SUBSCRIPTIONS. */
export interface SubscriptionRow {
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

/** Reads a subscription. */
export function toSubscription(row: SubscriptionRow, readTime: TimeReader): Subscription {
  const status = statuses[Number(row.status)]
  if (status === undefined) {
    throw new PubSubError(`The subscription ${row.sub_name} has the unknown status ${row.status}.`)
  }
  return Object.freeze({
    name: row.sub_name,
    publication: row.pub_name,
    account: row.pub_account,
    status,
    database: row.pub_database,
    tables: row.pub_tables === null || row.pub_tables === '*' ? null : splitList(row.pub_tables),
    comment: row.pub_comment === '' ? null : row.pub_comment,
    publishedAt: readTime(row.pub_time),
    subscribedAt: readTime(row.sub_time),
  })
}

/** Names with commas between them; an empty text holds none. */
function splitList(text: string | null): readonly string[] {
  return Object.freeze(text === null || text === '' ? [] : text.split(','))
}
