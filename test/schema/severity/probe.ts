/**
 * A program of reads and writes against one table, made from its model alone, and run on two schemas:
 * what the first one takes must be taken by the second one, and mean the same.
 *
 * Each script runs in a transaction that is rolled back. What the first schema refuses is not sent to
 * the second one: taking more is allowed, if it changes nothing but the rows that are written.
 */
import { sql } from 'kysely'
import type { MatrixOne, MatrixOneTransaction } from 'kysely-matrixone'
import type { ColumnModel, SchemaModel, TableModel } from '../../../src/schema/schema-model.js'
import type { ResolvedColumnTypes } from '../../../src/types/column-type-options.js'
import { extremesOf, plainValue, unreadableOf, valueText } from './probe-values.js'

type Tables = Record<string, Record<string, unknown>>
export type Db = MatrixOne<Tables>
type Trx = MatrixOneTransaction<Tables>
type Row = Readonly<Record<string, unknown>>

/** One side: a client of the database, and of the same database under another time zone. */
export interface Side {
  readonly db: Db
  readonly elsewhere: Db
}

/** A write, or a read whose answer counts. */
interface Step {
  readonly name: string
  readonly run: (trx: Trx) => Promise<unknown>
}

/** Steps of one transaction; `evenIfRefused` runs its writes on both sides, whatever the first one said. */
interface Script {
  readonly steps: readonly Step[]
  readonly evenIfRefused?: true
}

/** The two tables, and everything of their schemas that belongs to them. */
export interface TablePair {
  readonly expected: TableModel
  readonly actual: TableModel
  readonly views: readonly TableModel[]
  readonly parent?: string
}

/** Whether two parts of a model differ: a script that tests an equal part would tell nothing. */
const differ = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) !== JSON.stringify(other)

/** Runs the program of the expected table on both sides; returns why it breaks, or undefined. */
export async function findBreak(
  pair: TablePair,
  types: ResolvedColumnTypes,
  [before, now]: readonly [Side, Side],
): Promise<string | undefined> {
  for (const script of new Program(pair, types).scripts()) {
    const old = await runScript(before.db, script, new Set())
    const skipped = script.evenIfRefused ? new Set<string>() : old.refused
    const other = await runScript(now.db, script, skipped)
    for (const [name, answer] of old.answers) {
      const found = other.answers.get(name)
      if (found !== answer) return `${name}: ${answer} → ${found ?? other.errors.get(name)}`
    }
  }
  return findShift(pair, types, [before, now])
}

/** Another program, in another time zone, reads what this one wrote. */
async function findShift(
  { expected, actual }: TablePair,
  types: ResolvedColumnTypes,
  sides: readonly [Side, Side],
): Promise<string | undefined> {
  const changed = new Program({ expected, actual, views: [] }, types).changedColumns()
  const stamps = changed.filter(({ type }) => /^(datetime|timestamp)$/.test(type.name))
  if (stamps.length === 0) return undefined
  const row = new Program({ expected, actual, views: [] }, types).plainRow(90)
  const [old, now] = await Promise.all(
    sides.map(async ({ db, elsewhere }) => {
      await db
        .insertInto(expected.name)
        .values(row as never)
        .execute()
      const found = await elsewhere.selectFrom(expected.name).selectAll().execute()
      await sql`delete from ${sql.table(expected.name)} where true`.execute(db)
      return stamps.map(({ name, type }) => valueText(found[0]?.[name], type)).join()
    }),
  )
  return old === now ? undefined : `in another time zone: ${old} → ${now}`
}

interface Outcome {
  /** By step: `ok` for a write, the rows for a read. */
  readonly answers: ReadonlyMap<string, string>
  readonly refused: ReadonlySet<string>
  readonly errors: ReadonlyMap<string, string>
}

const undo = new Error('undo')

async function runScript(
  db: Db,
  { steps }: Script,
  skipped: ReadonlySet<string>,
): Promise<Outcome> {
  const answers = new Map<string, string>()
  const refused = new Set<string>()
  const errors = new Map<string, string>()
  await db
    .transaction()
    .execute(async (trx) => {
      for (const { name, run } of steps) {
        if (skipped.has(name)) continue
        try {
          const answer = await run(trx)
          answers.set(name, typeof answer === 'string' ? answer : 'ok')
        } catch (error) {
          refused.add(name)
          errors.set(name, error instanceof Error ? error.message.slice(0, 160) : String(error))
        }
      }
      throw undo
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error
    })
  return { answers, refused, errors }
}

class Program {
  readonly #pair: TablePair
  readonly #types: ResolvedColumnTypes
  readonly #table: TableModel

  constructor(pair: TablePair, types: ResolvedColumnTypes) {
    this.#pair = pair
    this.#types = types
    this.#table = pair.expected
  }

  *scripts(): Generator<Script> {
    const { expected, actual, parent } = this.#pair
    yield { steps: [...this.#rows(), ...this.#reads('rows'), ...this.#updates()] }
    if (
      differ(keysOf(expected), keysOf(actual)) ||
      differ(indexesOf(expected), indexesOf(actual))
    ) {
      for (const key of keysOf(expected)) yield { steps: [...this.#upsert(key)] }
      for (const at of [0, 1]) yield { steps: [...this.#twins(at)] }
    }
    const values = this.changedColumns()
    if (values.length > 0) yield { steps: [...this.#filters(values)] }
    if (differ(expected.fulltextIndexes, actual.fulltextIndexes))
      yield { steps: [...this.#matches()] }
    if (parent === undefined) return
    yield { steps: [...this.#orphans()] }
    for (const write of [
      sql`delete from ${sql.table(parent)} where id = 1`,
      sql`update ${sql.table(parent)} set id = 30 where id = 1`,
      // A parent without children.
      sql`update ${sql.table(parent)} set id = 40 where id = 2`,
    ]) {
      const child = this.plainRow(1)
      const steps = [
        { name: 'child', run: (trx: Trx) => this.#insert(trx, { ...child, pid: 1 }) },
        { name: 'parent', run: (trx: Trx) => write.execute(trx) },
        ...this.#reads('children'),
      ]
      yield { steps }
      // A parent that could not go may go now, but must not take its children along.
      yield {
        steps: steps.map((step) => ({ ...step, name: `${step.name} again` })),
        evenIfRefused: true,
      }
    }
  }

  /** Every row that the types allow: extremes, null, and columns left out. */
  *#rows(): Generator<Step> {
    let row = 1
    const insert = (name: string, change: Row, without?: string): Step => {
      const { [without ?? '']: _left, ...values } = { ...this.plainRow(row++), ...change }
      return { name: `insert ${name}`, run: (trx) => this.#insert(trx, values) }
    }
    yield insert('a plain row', {})
    for (const column of this.#writable()) {
      const isKey = column.name === 'id'
      const extremes = extremesOf(column.type, this.#types)
      const values = isKey && !column.autoIncrement ? [0, ...extremes] : isKey ? [] : extremes
      for (const [at, value] of values.entries()) {
        yield insert(`${column.name} extreme ${at}`, { [column.name]: value })
      }
      if (column.nullable) yield insert(`${column.name} null`, { [column.name]: null })
      if (isOptional(column) && !isKey) yield insert(`without ${column.name}`, {}, column.name)
    }
    const keys = this.#writable().filter((column) => !isOptional(column) || column.name === 'id')
    const { id, ...rest } = Object.fromEntries(
      keys.map((column) => [column.name, plainValue(column, row)]),
    )
    yield { name: 'insert the required columns', run: (trx) => this.#insert(trx, { id, ...rest }) }
    const isNumbered = this.#table.columns.some(
      (column) => column.name === 'id' && isOptional(column),
    )
    if (isNumbered) yield { name: 'insert without id', run: (trx) => this.#insert(trx, rest) }
  }

  *#reads(title: string): Generator<Step> {
    const names = this.#table.columns.map(({ name }) => name)
    yield { name: `read ${title}`, run: (trx) => this.#readAll(trx, this.#table, names) }
    for (const { name, type } of this.#table.columns) {
      if (type.members === undefined) continue
      yield {
        name: `order by ${name}`,
        run: async (trx) => {
          const rows = await trx.selectFrom(this.#table.name).select(name).orderBy(name).execute()
          return rows.map((row) => String(row[name])).join()
        },
      }
    }
    for (const view of this.#pair.views) {
      const shown = view.columns.map((column) => column.name)
      yield { name: `read view ${view.name}`, run: (trx) => this.#readAll(trx, view, shown) }
    }
  }

  /** Updates of the plain row: each column by itself. */
  *#updates(): Generator<Step> {
    const { name: table, columns } = this.#table
    const stamped = columns.filter(({ onUpdate }) => onUpdate !== undefined)
    for (const column of this.#writable()) {
      // A search index refuses an UPDATE of the primary key (20313, 4.2.0), whatever else changes.
      const isKey = this.#table.primaryKey?.includes(column.name) ?? false
      if (isKey || column.name === 'id' || column.name === 'pid') continue
      const value = extremesOf(column.type, this.#types).at(-1)
      yield {
        name: `update ${column.name}`,
        run: (trx) =>
          trx
            .updateTable(table)
            .set({ [column.name]: value } as never)
            .where('id', '=', 1)
            .execute(),
      }
    }
    yield* this.#reads('after updates')
    if (stamped.length === 0 && !this.#pair.actual.columns.some(({ onUpdate }) => onUpdate)) return
    for (const { name } of columns.filter(({ type }) => /^(datetime|timestamp)$/.test(type.name))) {
      yield {
        name: `stamp ${name}`,
        run: async (trx) => {
          const old = '2001-01-01 00:00:00'
          await trx
            .updateTable(table)
            .set({ [name]: old } as never)
            .where('id', '=', 1)
            .execute()
          await sql`update ${sql.table(table)} set note = 'new' where id = 1`.execute(trx)
          const { rows } = await sql<{
            kept: number
          }>`select count(*) as kept from ${sql.table(table)} where id = 1 and ${sql.ref(name)} = ${old}`.execute(
            trx,
          )
          return `kept ${rows[0]?.kept}`
        },
      }
    }
  }

  /** A second row with the same key is an update, and one that a key does not see is a row. */
  *#upsert(key: readonly string[]): Generator<Step> {
    const free = this.#writable().filter(
      ({ name }) => name !== 'id' && name !== 'pid' && !keysOf(this.#table).flat().includes(name),
    )
    const first = this.plainRow(1)
    const same = Object.fromEntries(key.map((name) => [name, first[name]]))
    yield { name: 'insert', run: (trx) => this.#insert(trx, first) }
    for (const column of free) {
      const value = plainValue(column, 3)
      yield {
        name: `upsert ${column.name} by ${key.join()}`,
        run: (trx) =>
          trx
            .insertInto(this.#table.name)
            .values({ ...this.plainRow(2), ...same } as never)
            .onDuplicateKeyUpdate({ [column.name]: value } as never)
            .execute(),
      }
    }
    yield* this.#reads(`after upsert by ${key.join()}`)
  }

  /** A row equal to another one but for what the keys ask for. */
  *#twins(at: number): Generator<Step> {
    const [first, second] = [this.plainRow(1), this.plainRow(2)]
    const changed = keysOf(this.#table).map((key) => key[at % key.length] ?? '')
    const change = Object.fromEntries(changed.map((name) => [name, second[name]]))
    yield { name: 'insert', run: (trx) => this.#insert(trx, first) }
    yield {
      name: `twin but for ${changed.join()}`,
      run: (trx) => this.#insert(trx, { ...first, ...change }),
    }
    yield* this.#reads(`twins but for ${changed.join()}`)
  }

  /** Written values are found by their value. */
  *#filters(columns: readonly ColumnModel[]): Generator<Step> {
    let row = 1
    for (const column of columns) {
      const values = [
        ...extremesOf(column.type, this.#types),
        ...unreadableOf(column.type, this.#types),
      ]
      for (const [at, value] of values.entries()) {
        const own = this.plainRow(row++)
        yield {
          name: `find ${column.name} ${at}`,
          run: async (trx) => {
            await this.#insert(trx, { ...own, [column.name]: value })
            const found = await trx
              .selectFrom(this.#table.name)
              .select((eb) => eb.fn.countAll().as('n'))
              .where(column.name, '=', value)
              .execute()
            return `found ${found[0]?.n}`
          },
        }
      }
    }
  }

  *#matches(): Generator<Step> {
    yield { name: 'insert', run: (trx) => this.#insert(trx, this.plainRow(1)) }
    for (const { columns } of this.#table.fulltextIndexes ?? []) {
      const list = sql.join(columns.map((name) => sql.ref(name)))
      yield {
        name: `match ${columns.join()}`,
        run: async (trx) => {
          const { rows } =
            await sql`select id from ${sql.table(this.#table.name)} where match(${list}) against('hello')`.execute(
              trx,
            )
          return JSON.stringify(rows)
        },
      }
    }
  }

  /** A child without a parent. */
  *#orphans(): Generator<Step> {
    yield { name: 'orphan', run: (trx) => this.#insert(trx, { ...this.plainRow(1), pid: 999 }) }
  }

  changedColumns(): readonly ColumnModel[] {
    const now = new Map(this.#pair.actual.columns.map((column) => [column.name, column]))
    return this.#writable().filter(
      ({ name, type }) => differ(type, now.get(name)?.type) && isComparable(type.name),
    )
  }

  plainRow(row: number): Row {
    return Object.fromEntries(
      this.#writable().map((column) => [column.name, plainValue(column, row)]),
    )
  }

  #writable(): readonly ColumnModel[] {
    return this.#table.columns.filter(({ generated }) => generated === undefined)
  }

  #insert(trx: Trx, row: Row): Promise<unknown> {
    return trx
      .insertInto(this.#table.name)
      .values(row as never)
      .execute()
  }

  /** The rows as text; values that the server chose count by their type only. */
  async #readAll(trx: Trx, table: TableModel, names: readonly string[]): Promise<string> {
    const rows = await trx
      .selectFrom(table.name)
      .select([...names])
      .execute()
    const chosen = new Map(table.columns.map((column) => [column.name, column]))
    const texts = rows.map((row) =>
      names
        .map((name) => {
          const column = chosen.get(name)
          const text = valueText(row[name], column?.type ?? { name: '' })
          return isChosen(text, column) ? text : 'of the moment'
        })
        .join('|'),
    )
    return texts.toSorted().join('\n')
  }
}

function keysOf({ primaryKey, uniqueKeys = [] }: TableModel): readonly (readonly string[])[] {
  const keys = uniqueKeys.map(({ columns }) => columns)
  return primaryKey === undefined ? keys : [primaryKey, ...keys]
}

function indexesOf({ vectorIndexes, fulltextIndexes, checks }: TableModel): readonly unknown[] {
  return [vectorIndexes, fulltextIndexes, checks]
}

function isOptional(column: ColumnModel): boolean {
  return column.nullable === true || column.insertOptional === true
}

/** Whether the program chose the value: the year and the UUID that it writes are not those of now. */
function isChosen(text: string, column: ColumnModel | undefined): boolean {
  const moments = [column?.default, column?.onUpdate].join()
  if (/\b(current_timestamp|now)\(/.test(moments)) {
    return !/^20(2[6-9]|3[0-6])-/.test(text)
  }
  return (
    column?.default === undefined || !column.default.startsWith('uuid') || /^01a1fdbf/i.test(text)
  )
}

function isComparable(name: string): boolean {
  return /int$|^(decimal|char|varchar|text|date|time|datetime|timestamp|year|enum|bool)$/.test(name)
}

/** The table of that name. */
export function tableOf({ databases }: SchemaModel, name: string): TableModel | undefined {
  return databases[0]?.tables.find((table) => table.name === name)
}
