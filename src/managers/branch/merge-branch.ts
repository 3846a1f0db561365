/**
 * MERGE and PICK answer only OK, and SKIP silently leaves rows behind: a row that was merged once and
 * changed again in the branch counts as a conflict forever (4.2.0). So the changes are counted before
 * and after, the rows are compared, and the caller gets the numbers.
 */
import {
  BranchConflictError,
  BranchError,
  ServerError,
  UnsupportedError,
  ValueError,
} from '../../errors.js'
import { closeComment } from '../../sql/close-comment.js'
import { executeSql, pinConnection, type SqlExecutor } from '../statement/execute.js'
import { wrapError } from '../statement/wrap-error.js'
import type {
  BranchKey,
  DiffSummary,
  MergeOptions,
  MergeResult,
  OnConflict,
  PickOptions,
} from './branch-types.js'
import { findDoubt } from './compare-rows.js'
import { writeOperand } from './operand.js'
import { noChanges, readSummary, subtractCounts, totalOf } from './read-summary.js'
import { checkName } from '../names/names.js'

/** Merges all changes of a branch. */
export async function mergeBranch(
  db: SqlExecutor,
  branch: string,
  options: MergeOptions<string>,
): Promise<MergeResult> {
  const mode = options.onConflict ?? 'fail'
  if (db.isTransaction && mode === 'skip') {
    throw new UnsupportedError(
      "merge with onConflict: 'skip' cannot be checked inside a transaction: DIFF does not see an " +
        'uncommitted merge, and SKIP silently leaves rows behind. ' +
        "Run it outside the transaction, or use 'fail' or 'accept'.",
    )
  }
  const sql =
    `data branch merge ${writeOperand(branch)} into ${writeOperand(options.into)}` + writeMode(mode)
  return pinConnection(db, async (one) => {
    const before = await readSummary(one, branch, { against: options.into })
    await send(one, `merge branch ${branch} into ${options.into}`, sql)
    if (one.isTransaction) {
      return Object.freeze({
        applied: before.branch,
        remaining: noChanges,
        targetOnly: before.against,
        verified: false,
        unverified: 'inside a transaction',
      })
    }
    const after = await readSummary(one, branch, { against: options.into })
    const left = totalOf(after.branch)
    if (left > 0 && mode !== 'skip') {
      throw new BranchError(
        `MERGE answered OK, but ${left} of the ${totalOf(before.branch)} changes of ${branch} are ` +
          `not in ${options.into}. Unless the branch was changed meanwhile, merge again with onConflict: 'accept'.`,
      )
    }
    return verify(one, branch, options, before, after)
  })
}

/** Merges the changes of some rows. */
export async function pickFromBranch(
  db: SqlExecutor,
  branch: string,
  options: PickOptions<string>,
): Promise<MergeResult> {
  const keys = writeKeys(options.keys)
  const between = writeBetween(options.between)
  if (keys === undefined && between === '') {
    throw new ValueError('pick needs keys, between, or both; use merge for a whole branch.')
  }
  const sql =
    `data branch pick ${writeOperand(branch)} into ${writeOperand(options.into)}${between}` +
    (keys?.sql ?? '') +
    writeMode(options.onConflict ?? 'fail')
  return pinConnection(db, async (one) => {
    const before = await readSummary(one, branch, { against: options.into })
    await send(one, `pick from branch ${branch} into ${options.into}`, sql, keys?.parameters)
    const after = await readSummary(one, branch, { against: options.into })
    return verify(one, branch, options, before, after)
  })
}

async function verify(
  db: SqlExecutor,
  branch: string,
  { into, compareRows = true }: MergeOptions<string>,
  before: DiffSummary,
  after: DiffSummary,
): Promise<MergeResult> {
  const unverified = compareRows ? await findDoubt(db, branch, into, after) : 'rows not compared'
  return Object.freeze({
    applied: subtractCounts(before.branch, after.branch),
    remaining: after.branch,
    targetOnly: after.against,
    verified: unverified === undefined,
    ...(unverified === undefined ? {} : { unverified }),
  })
}

async function send(
  db: SqlExecutor,
  what: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<void> {
  try {
    await executeSql(db, sql, parameters)
  } catch (error) {
    const isConflict = error instanceof ServerError && /\bconflict: /i.test(error.message)
    await wrapError(isConflict ? BranchConflictError : BranchError, what, () =>
      Promise.reject(error),
    )
  }
}

function writeMode(mode: OnConflict): string {
  return ` when conflict ${mode}`
}

function writeBetween(between: PickOptions<string>['between']): string {
  if (between === undefined) return ''
  const [from, to] = [checkName('snapshot', between.from), checkName('snapshot', between.to)]
  return ` between snapshot ${from} and ${to}`
}

interface Keys {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

function writeKeys(keys: PickOptions<string>['keys']): Keys | undefined {
  if (keys === undefined) return undefined
  if ('compile' in keys) {
    const { sql, parameters } = keys.compile()
    return { sql: ` keys (${closeComment(sql)})`, parameters }
  }
  if (keys.length === 0) {
    throw new ValueError('The option keys is empty, so there is nothing to pick.')
  }
  return {
    sql: ` keys (${keys.map(writeKey).join(', ')})`,
    parameters: keys.flatMap((key): readonly unknown[] => (isComposite(key) ? key : [key])),
  }
}

function writeKey(key: BranchKey): string {
  return isComposite(key) ? `(${key.map(() => '?').join(', ')})` : '?'
}

function isComposite(key: BranchKey): key is Extract<BranchKey, readonly unknown[]> {
  return Array.isArray(key)
}
