import type { CompiledQuery, QueryResult } from 'kysely'
import type {
  CursorExecuteCall,
  InterceptedCall,
  InterceptedCalls,
  InterceptedName,
  Interceptors,
} from '../connection/interceptors.js'
import type { ConnectionRecord } from '../connection/setup/connection-record.js'
import { interpolate } from '../sql/interpolate.js'
import type { MatrixOneConnection } from './matrixone-connection.js'
import { ObservedConnection } from './observed-connection.js'
import { streamAround } from './stream-around.js'

/** kysely's options of a query, which 0.28 does not have. */
type QueryOptions = Parameters<MatrixOneConnection['executeQuery']>[1]
type StreamOptions = Parameters<MatrixOneConnection['streamQuery']>[2]
type StepName = Exclude<InterceptedName, 'execute' | 'cursorExecute'>
type Details<Name extends StepName> = Omit<InterceptedCalls[Name][0], keyof InterceptedCall>
type Run<Name extends StepName> = Parameters<typeof Interceptors.prototype.run<Name>>[2]
type Perform = (query: CompiledQuery) => Promise<QueryResult<unknown>>

/** A connection whose statements go through the interceptors, if there are any. */
export class InterceptedConnection extends ObservedConnection {
  readonly #interceptors: Interceptors
  readonly #makeRecord: () => ConnectionRecord
  #known: ConnectionRecord | undefined

  constructor(
    interceptors: Interceptors,
    record: () => ConnectionRecord,
    ...rest: ConstructorParameters<typeof MatrixOneConnection>
  ) {
    super(...rest)
    this.#interceptors = interceptors
    this.#makeRecord = record
  }

  /** Takes a step of a transaction through the interceptors; it costs nothing while there is none. */
  intercept<Name extends StepName>(
    name: Name,
    details: Details<Name>,
    perform: (call: Details<Name>) => Promise<void>,
  ): Promise<void> {
    if (this.#interceptors.isEmpty) return perform(details)
    const call = Object.freeze({ ...this.#here, ...details }) as InterceptedCalls[Name][0]
    return this.#interceptors.run(name, call, perform as Run<Name>) as Promise<void>
  }

  override executeQuery<R>(query: CompiledQuery, options?: QueryOptions): Promise<QueryResult<R>> {
    if (!this.#interceptors.seesStatements || this.isOwn(query)) {
      return super.executeQuery(query, options)
    }
    return this.#intercept(query, false, (changed) =>
      super.executeQuery(changed, options),
    ) as Promise<QueryResult<R>>
  }

  override streamQuery<R>(
    query: CompiledQuery,
    chunkSize: number,
    options?: StreamOptions,
  ): AsyncIterableIterator<QueryResult<R>> {
    if (!this.#interceptors.seesStatements) return super.streamQuery(query, chunkSize, options)
    return streamAround<R>(
      (perform) => this.#intercept(query, true, perform),
      (changed) => super.streamQuery(changed, chunkSize, options),
    )
  }

  /** What every call tells. */
  get #here(): InterceptedCall {
    return { connection: this.#record, inTransaction: !this.isClean }
  }

  get #record(): ConnectionRecord {
    this.#known ??= this.#makeRecord()
    return this.#known
  }

  #intercept(
    query: CompiledQuery,
    isStream: boolean,
    perform: Perform,
  ): Promise<QueryResult<unknown>> {
    // No spread: an object that is spread into and then frozen takes a hundred times as long to make.
    const { connection, inTransaction } = this.#here
    const call = Object.freeze({ connection, inTransaction, query, isStream })
    return this.#interceptors.run('execute', call, ({ query: changed }) =>
      this.#interceptors.has('cursorExecute')
        ? this.#interceptCursor(changed, isStream, perform)
        : perform(changed),
    )
  }

  #interceptCursor(
    query: CompiledQuery,
    isStream: boolean,
    perform: Perform,
  ): Promise<QueryResult<unknown>> {
    const { sql, parameters } = query
    const cursor = new Cursor(this.#here, sql, parameters, isStream, this.physical.timeZone)
    return this.#interceptors.run('cursorExecute', cursor, (last) =>
      // A copy only where something changed: it carries the statement's options either way.
      perform(
        last.sql === sql && last.parameters === parameters
          ? query
          : Object.freeze({ ...query, sql: last.sql, parameters: last.parameters }),
      ),
    )
  }
}

/** The text is a getter of the class, so that a changed copy of the call has a changed text. */
class Cursor implements CursorExecuteCall {
  readonly connection: ConnectionRecord
  readonly inTransaction: boolean
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly isStream: boolean
  readonly timeZone: string

  constructor(
    { connection, inTransaction }: InterceptedCall,
    sql: string,
    parameters: readonly unknown[],
    isStream: boolean,
    timeZone: string,
  ) {
    this.connection = connection
    this.inTransaction = inTransaction
    this.sql = sql
    this.parameters = parameters
    this.isStream = isStream
    this.timeZone = timeZone
    Object.freeze(this)
  }

  get text(): string {
    return interpolate(this.sql, this.parameters, { timeZone: this.timeZone })
  }
}
