/**
 * Interceptors: functions around every statement and every step of a transaction. Each gets the
 * call and `next`, which goes on with it, changed or not; it may answer without `next`, call it
 * again, and sees the errors. The first interceptor is the outermost.
 */
import type { CompiledQuery, QueryResult, TransactionSettings } from 'kysely'
import { MatrixOneError } from '../errors.js'
import { isObject } from '../options/option-rules.js'
import type { ConnectionRecord } from './setup/connection-record.js'

/** Where a call takes place. */
export interface InterceptedCall {
  readonly connection: ConnectionRecord
  /** Whether a transaction is open on the connection. */
  readonly inTransaction: boolean
}

/** A query as kysely compiled it. */
export interface ExecuteCall extends InterceptedCall {
  readonly query: CompiledQuery
  /** Whether its rows are read as a stream; `next` then resolves at the end of it, without rows. */
  readonly isStream: boolean
}

/** A statement as it goes to the server. */
export interface CursorExecuteCall extends InterceptedCall {
  /** With a `?` for each parameter. */
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** The text on the wire, with the parameters in it; made when it is read. */
  readonly text: string
  readonly isStream: boolean
}

/** `BEGIN`. */
export interface BeginCall extends InterceptedCall {
  readonly settings: TransactionSettings
}

/** `COMMIT` or `ROLLBACK`. */
export type TransactionCall = InterceptedCall

/** A savepoint, which MatrixOne does not have: `next` ends in a refusal. */
export interface SavepointCall extends InterceptedCall {
  readonly name: string
}

/** A step of a two-phase transaction, which MatrixOne does not have. */
export interface TwoPhaseCall extends InterceptedCall {
  readonly xid: string
}

/** Goes on with the call; a property that is given replaces that of the call (`text` follows). */
export type Next<Call, Result> = (change?: Partial<Omit<Call, 'text'>>) => Promise<Result>

/** Functions around statements and steps of a transaction; each is optional. */
export interface Interceptor {
  /** Sees queries as kysely compiled them: of builders, raw SQL, managers and streams. */
  execute?(call: ExecuteCall, next: Next<ExecuteCall, Answer>): Promise<Answer>
  /** Sees the text and the parameters that go on the wire, after `execute`. */
  cursorExecute?(call: CursorExecuteCall, next: Next<CursorExecuteCall, Answer>): Promise<Answer>
  begin?(call: BeginCall, next: Next<BeginCall, void>): Promise<void>
  commit?(call: TransactionCall, next: Next<TransactionCall, void>): Promise<void>
  rollback?(call: TransactionCall, next: Next<TransactionCall, void>): Promise<void>
  savepoint?(call: SavepointCall, next: Next<SavepointCall, void>): Promise<void>
  releaseSavepoint?(call: SavepointCall, next: Next<SavepointCall, void>): Promise<void>
  rollbackToSavepoint?(call: SavepointCall, next: Next<SavepointCall, void>): Promise<void>
  beginTwoPhase?(call: TwoPhaseCall, next: Next<TwoPhaseCall, void>): Promise<void>
  prepareTwoPhase?(call: TwoPhaseCall, next: Next<TwoPhaseCall, void>): Promise<void>
  commitTwoPhase?(call: TwoPhaseCall, next: Next<TwoPhaseCall, void>): Promise<void>
  rollbackTwoPhase?(call: TwoPhaseCall, next: Next<TwoPhaseCall, void>): Promise<void>
}

/** The answer to a statement. */
export type Answer = QueryResult<unknown>

/** The calls that can be intercepted, each with its parameter and its answer. */
export interface InterceptedCalls {
  readonly execute: [ExecuteCall, Answer]
  readonly cursorExecute: [CursorExecuteCall, Answer]
  readonly begin: [BeginCall, void]
  readonly commit: [TransactionCall, void]
  readonly rollback: [TransactionCall, void]
  readonly savepoint: [SavepointCall, void]
  readonly releaseSavepoint: [SavepointCall, void]
  readonly rollbackToSavepoint: [SavepointCall, void]
  readonly beginTwoPhase: [TwoPhaseCall, void]
  readonly prepareTwoPhase: [TwoPhaseCall, void]
  readonly commitTwoPhase: [TwoPhaseCall, void]
  readonly rollbackTwoPhase: [TwoPhaseCall, void]
}

/** The name of a call. */
export type InterceptedName = keyof InterceptedCalls

const NAMES: readonly InterceptedName[] = [
  'execute',
  'cursorExecute',
  'begin',
  'commit',
  'rollback',
  'savepoint',
  'releaseSavepoint',
  'rollbackToSavepoint',
  'beginTwoPhase',
  'prepareTwoPhase',
  'commitTwoPhase',
  'rollbackTwoPhase',
]

/** The interceptors of a dialect, in order. */
export class Interceptors {
  #all: readonly Interceptor[] = []
  /** Interceptors that have a method, by its name; looked up for each call. */
  #by = byMethod([])
  #seesStatements = false

  constructor(interceptors: readonly Interceptor[] = []) {
    for (const interceptor of interceptors) this.add(interceptor)
  }

  /** Interceptors from the outermost on. */
  get all(): readonly Interceptor[] {
    return this.#all
  }

  get isEmpty(): boolean {
    return this.#all.length === 0
  }

  /** Whether statements are intercepted; asked for each of them. */
  get seesStatements(): boolean {
    return this.#seesStatements
  }

  /** Whether any has a method for this call. */
  has(name: InterceptedName): boolean {
    return this.#by[name].length > 0
  }

  /**
   * Adds an interceptor inside the present ones.
   *
   * @returns removes it again
   * @throws {MatrixOneError} for an object that has none of the methods
   */
  add(interceptor: Interceptor): () => void {
    if (!isObject(interceptor) || !NAMES.some((name) => typeof interceptor[name] === 'function')) {
      throw new MatrixOneError(
        `An interceptor must have at least one of the methods ${NAMES.join(', ')}.`,
      )
    }
    this.#change([...this.#all, interceptor])
    let isThere = true
    return () => {
      if (!isThere) return
      isThere = false
      this.#change(this.#all.toSpliced(this.#all.indexOf(interceptor), 1))
    }
  }

  /** Runs a call through the interceptors that have a method for it, and then for real. */
  run<Name extends InterceptedName>(
    name: Name,
    call: InterceptedCalls[Name][0],
    perform: (call: InterceptedCalls[Name][0]) => Promise<InterceptedCalls[Name][1]>,
  ): Promise<InterceptedCalls[Name][1]> {
    return runFrom(this.#by[name], name, 0, call, perform)
  }

  #change(all: readonly Interceptor[]): void {
    this.#all = all
    this.#by = byMethod(all)
    this.#seesStatements = this.has('execute') || this.has('cursorExecute')
  }
}

function byMethod(
  all: readonly Interceptor[],
): Readonly<Record<InterceptedName, readonly Interceptor[]>> {
  const entries = NAMES.map((name) => [
    name,
    all.filter((interceptor) => typeof interceptor[name] === 'function'),
  ])
  return Object.fromEntries(entries) as Record<InterceptedName, readonly Interceptor[]>
}

/** A method of an interceptor, as `run` sees it. */
type Around<Name extends InterceptedName> = (
  call: InterceptedCalls[Name][0],
  next: Next<InterceptedCalls[Name][0], InterceptedCalls[Name][1]>,
) => Promise<InterceptedCalls[Name][1]>

/** An error that is thrown before the first await is a rejection, too. */
function runFrom<Name extends InterceptedName>(
  interceptors: readonly Interceptor[],
  name: Name,
  index: number,
  call: InterceptedCalls[Name][0],
  perform: (call: InterceptedCalls[Name][0]) => Promise<InterceptedCalls[Name][1]>,
): Promise<InterceptedCalls[Name][1]> {
  const interceptor = interceptors[index]
  const method = interceptor?.[name] as Around<Name> | undefined
  try {
    if (method === undefined) return perform(call)
    return method.call(interceptor, call, (change) =>
      runFrom(interceptors, name, index + 1, changeCall(call, change), perform),
    )
  } catch (error) {
    return Promise.reject(error as Error)
  }
}

/** Keeps the prototype, because `text` is computed there from what may have been changed. */
function changeCall<Call extends object>(call: Call, change: object | undefined): Call {
  if (change === undefined || change === call) return call
  const changed = Object.create(Object.getPrototypeOf(call) as object) as Call
  return Object.freeze(Object.assign(changed, call, change))
}
