import type { ManagerDb } from '../statement/execute.js'
import { PublicationManager } from './publication-manager.js'
import { SubscriptionManager } from './subscription-manager.js'

/** Sharing of tables between accounts: publications are offered, subscriptions read them. */
export class PubSubManager {
  /** The publications that this account offers to others. */
  readonly publications: PublicationManager

  /** The publications of others that this account has subscribed to. */
  readonly subscriptions: SubscriptionManager

  constructor(db: ManagerDb) {
    this.publications = new PublicationManager(db)
    this.subscriptions = new SubscriptionManager(db)
  }
}
