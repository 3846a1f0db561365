/**
 * The prepared statements of one connection. A statement is text at first; when it comes again it runs both
 * ways, and only where both answers are the same is it prepared from then on. The server plans a prepared statement
 * anew after DDL of any session, and sends the types of its columns with each answer (4.2.0), so each answer
 * is checked: where a column has become one that cannot be compared so, the answer is dropped and the
 * text is sent.
 */
import { isDeepStrictEqual } from 'node:util'
import type { CompiledQuery } from 'kysely'
import type { FieldPacket } from 'mysql2'
import type { PhysicalConnection } from '../../connection/mysql2/physical-connection.js'
import type { Reply, Row } from '../../connection/mysql2/reply.js'
import { ServerError } from '../../errors.js'
import { analyzeSql } from '../../sql/analyze-sql.js'
import { capabilitiesOf } from '../../server/capabilities.js'
import { parseServerVersion } from '../../server/server-version.js'
import type { StatementOptions } from '../../sql/statement-options.js'
import type { FieldReads } from '../../wire/field-reads.js'
import { bindValue, type ColumnKind, findColumn, isComparable } from './bound-values.js'
import { planOf, type PreparedPlan } from './prepared-plan.js'

/** A prepare costs more than a statement, so one that does not come again is not prepared. */
const USES_AS_TEXT = 2

/** Rows that another session changes between the two answers differ, too. */
const MAX_FAILURES = 3

/** Statements that are kept on a connection; the server keeps at most 16,382 of a session. */
const MAX_SHAPES = 128

/** Errors of a prepared statement that its text may not have: a cast, or one that is out of date. */
const ERRORS_OF_PREPARED: ReadonlySet<number> = new Set([1210, 1461, 1690, 20203, 20301, 20631])

/** The answer to a statement that the session does not have; nothing was run (20400 and others). */
const UNKNOWN_STATEMENT = /prepared statement '.*' does not exist/

/** Texts that leave alone what a prepared statement was planned with: the database, variables and tables. */
const HARMLESS =
  /^\s*(?:select|insert|update|delete|with|begin|start|commit|rollback|explain|show|kill)\b/i

/** Whether the server of this version reads and answers prepared statements right. */
export function canPrepare(serverVersion: string): boolean {
  return capabilitiesOf(parseServerVersion(serverVersion)).exactPrepared
}

/** A statement on its way. */
export interface PreparedCall {
  readonly query: CompiledQuery
  /** With its values. */
  readonly text: string
  readonly options: StatementOptions
  readonly reads: FieldReads | undefined
}

interface Shape {
  readonly sql: string
  readonly plan: PreparedPlan
  uses: number
  failures: number
  isPrepared: boolean
  isProved: boolean
  /** The compared columns of its last answer. */
  columns: readonly ColumnKind[] | undefined
}

/** A statement with its values. */
interface Bound {
  readonly shape: Shape
  readonly given: readonly unknown[]
  readonly values: readonly unknown[]
}

/** Decides which statements of a connection are prepared. */
export class PreparedStatements {
  readonly #physical: PhysicalConnection
  readonly #shapes = new Map<string, Shape>()
  #isOff = false

  constructor(physical: PhysicalConnection) {
    this.#physical = physical
    // A prepared statement keeps the database of its time: after USE it reads the former one's table (4.2.0).
    physical.watchTexts((sql) => {
      if (this.#shapes.size > 0 && !HARMLESS.test(sql)) this.#forgetAll()
    })
  }

  /** Sends a statement prepared where that is proved, otherwise as text. */
  async send(
    call: PreparedCall,
    sendText: () => Promise<readonly Reply[]>,
  ): Promise<readonly Reply[]> {
    const bound = this.#isOff ? undefined : this.#bind(call)
    if (bound === undefined) return sendText()
    const { shape, given } = bound
    if (shape.uses <= USES_AS_TEXT || shape.failures >= MAX_FAILURES) return sendText()
    if (shape.columns !== undefined && !areComparable(shape.columns, given)) return sendText()
    if (!shape.isProved) return this.#prove(bound, call, sendText)
    const rows = await this.#execute(bound, call)
    return rows === undefined ? sendText() : [rows]
  }

  /** Runs a statement both ways; the text's answer is the answer. */
  async #prove(
    bound: Bound,
    call: PreparedCall,
    sendText: () => Promise<readonly Reply[]>,
  ): Promise<readonly Reply[]> {
    const { shape } = bound
    const replies = await sendText()
    try {
      const rows = await this.#execute(bound, call)
      if (rows === undefined) return replies
      if (isDeepStrictEqual(replies, [rows])) shape.isProved = true
      else this.#refute(shape)
    } catch {
      // The program has its answer; what is wrong with the connection, the next statement tells.
      this.#refute(shape)
    }
    return replies
  }

  /** Runs a prepared statement; undefined when the text has to be sent instead. */
  async #execute(
    { shape, given, values }: Bound,
    { text, reads }: PreparedCall,
  ): Promise<readonly Row[] | undefined> {
    shape.isPrepared = true
    let isValue = false
    const accepts = (fields: readonly FieldPacket[]): boolean => {
      shape.columns = columnsOf(shape.plan, fields)
      if (shape.columns === undefined) return false
      isValue = !areComparable(shape.columns, given)
      return !isValue
    }
    try {
      const { sql } = shape
      const rows = await this.#physical.execute({ sql, values, text, reads }, accepts)
      // Other values may do.
      if (rows === undefined && !isValue) this.#refute(shape)
      return rows
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      if (UNKNOWN_STATEMENT.test(error.message)) this.#turnOff()
      else if (ERRORS_OF_PREPARED.has(error.errno ?? 0)) this.#refute(shape)
      else throw error
      return undefined
    }
  }

  /** Closing a statement that the session does not have would be answered by an error, which nothing waits for. */
  #turnOff(): void {
    this.#isOff = true
    this.#shapes.clear()
  }

  /** Goes back to text; a few more proofs are tried. */
  #refute(shape: Shape): void {
    shape.failures++
    shape.isProved = false
    shape.columns = undefined
  }

  #bind({ query, options }: PreparedCall): Bound | undefined {
    if (options.onField ?? options.localStream ?? options.asSent) return undefined
    const plan = planOf(query)
    if (plan === undefined) return undefined
    const { segments, isPlain } = analyzeSql(query.sql)
    if (!isPlain || segments.length !== plan.length + 1) return undefined
    const given: unknown[] = []
    const values: unknown[] = []
    let sql = segments[0] ?? ''
    for (const [index, slot] of plan.entries()) {
      const value = query.parameters[index]
      if (slot === 'number') {
        if (!Number.isSafeInteger(value) || Number(value) < 0) return undefined
        sql += String(value)
      } else {
        const bound = bindValue(value, this.#physical.literals)
        if (bound === undefined) return undefined
        given.push(value)
        values.push(bound)
        sql += '?'
      }
      sql += segments[index + 1] ?? ''
    }
    return { shape: this.#use(sql, plan), given, values }
  }

  #use(sql: string, plan: PreparedPlan): Shape {
    const known = this.#shapes.get(sql)
    const shape = known ?? {
      sql,
      plan,
      uses: 0,
      failures: 0,
      isPrepared: false,
      isProved: false,
      columns: undefined,
    }
    shape.uses++
    // The least recently used one is the first of the map.
    if (known !== undefined) this.#shapes.delete(sql)
    this.#shapes.set(sql, shape)
    const [oldest] = this.#shapes.values()
    if (oldest !== undefined && this.#shapes.size > MAX_SHAPES) this.#forget(oldest)
    return shape
  }

  #forget(shape: Shape): void {
    this.#shapes.delete(shape.sql)
    if (shape.isPrepared) this.#physical.unprepare(shape.sql)
  }

  #forgetAll(): void {
    for (const shape of this.#shapes.values()) this.#forget(shape)
  }
}

function columnsOf(
  plan: PreparedPlan,
  fields: readonly FieldPacket[],
): readonly ColumnKind[] | undefined {
  const columns: ColumnKind[] = []
  for (const slot of plan) {
    if (slot === 'number') continue
    const column = findColumn(fields, slot)
    if (column === undefined) return undefined
    const { columnType, columnLength, characterSet, decimals, flags } = column
    columns.push({ columnType, columnLength, characterSet, decimals, flags })
  }
  return columns
}

function areComparable(columns: readonly ColumnKind[], values: readonly unknown[]): boolean {
  return columns.every((column, index) => isComparable(column, values[index]))
}
