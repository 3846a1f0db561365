import type { RetryOptions } from '../connection/limits/retry.js'
import type { Deadline } from '../connection/limits/deadline.js'

/** Options of a transaction builder, whose class has no fields of its own. */
export interface TransactionPlan {
  readonly deadline?: Deadline | undefined
  readonly retry?: RetryOptions | undefined
}

const PLANS = new WeakMap<object, TransactionPlan>()

/** The plan of a builder, if it has one. */
export function planOf(builder: object): TransactionPlan | undefined {
  return PLANS.get(builder)
}

/** Gives a builder its plan, if that says anything. */
export function planTransaction<Builder extends object>(
  builder: Builder,
  plan: TransactionPlan | undefined,
): Builder {
  if (plan?.deadline !== undefined || plan?.retry !== undefined) PLANS.set(builder, plan)
  return builder
}
