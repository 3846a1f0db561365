/** A database, or some of its tables, that other accounts may subscribe to. */
export interface Publication {
  readonly name: string
  readonly database: string
  /** Null when all tables are published, those made later included. */
  readonly tables: readonly string[] | null
  /** The accounts that may subscribe; null when all may. */
  readonly accounts: readonly string[] | null
  /** The accounts that have subscribed. */
  readonly subscribers: readonly string[]
  readonly comment: string | null
  readonly createdAt: Date
  readonly updatedAt: Date | null
}

/** Publications to list; all when empty. */
export interface PublicationFilter {
  /** An account that may subscribe. */
  readonly account?: string
  /** The published database. */
  readonly database?: string
}

/** The tables to publish, and the accounts that may subscribe. */
export interface CreatePublicationOptions {
  readonly database: string
  /** Default: all tables, those made later included. */
  readonly tables?: readonly string[]
  /** Only sys, and accounts that it has authorized, may publish to all. */
  readonly accounts: readonly string[] | 'all'
  readonly comment?: string
  /** Returns the publication of that name, unchanged, when there is one. */
  readonly ifNotExists?: boolean
}

/** Accounts to admit, or to admit no longer. */
export type AlterAccounts =
  | readonly string[]
  | 'all'
  | { readonly add: readonly string[] }
  | { readonly drop: readonly string[] }

/** Changes to a publication, all made by one statement. */
export interface AlterPublicationOptions {
  /** A new list, all, or some more or fewer; an account that is not on the list is dropped silently. */
  readonly accounts?: AlterAccounts
  readonly database?: string
  /** Narrows or changes the list. Only a new publication can publish all tables again. */
  readonly tables?: readonly string[]
  readonly comment?: string
}

/** Whether a subscription can be read, and why not. */
export type SubscriptionStatus = 'normal' | 'not allowed' | 'publication dropped'

/** A publication of another account, as a database of this one. */
export interface Subscription {
  /** The database that it appears as; null when it is offered and not subscribed to. */
  readonly name: string | null
  readonly publication: string
  readonly account: string
  readonly status: SubscriptionStatus
  /** The publisher's database; null unless the status is normal. */
  readonly database: string | null
  /** The tables; null when all are published, and unless the status is normal. */
  readonly tables: readonly string[] | null
  readonly comment: string | null
  readonly publishedAt: Date | null
  readonly subscribedAt: Date | null
}

/** The publication to subscribe to. */
export interface CreateSubscriptionOptions {
  /** The account that publishes. */
  readonly from: string
  readonly publication: string
}
