/** Mistakes of a JavaScript program: every option and argument refuses a wrong value by name. */
import { MatrixOne, MatrixOneError, queryLogger, rerank, rowOf, ValueError } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'

// oxlint-disable-next-line typescript/no-explicit-any -- to a JavaScript program everything compiles
type Untyped = any

const connection = { host: '127.0.0.1', port: 1 }
const embedding = { element: 'f32', dimension: 2 }
const schema = {
  tables: { articles: { key: ['id'], vectors: { embedding }, fulltext: { ft: ['title'] } } },
}
const make = (options: Untyped): Untyped => new MatrixOne({ connection, ...options })
const db = make({ schema })

const WRONG = [5, 'x', true, null, {}, [5], [null], [{}]]

/** An option with the values of the list that it takes. */
const OPTIONS: readonly (readonly [name: string, taken: readonly unknown[]])[] = [
  ['hooks', []],
  ['listeners', []],
  ['interceptors', []],
  ['schema', []],
  ['types', [{}]],
  ['timeZone', []],
  ['guards', [{}]],
  ['errors', [{}]],
  ['plugins', []],
  ['log', []],
  ['onHookError', []],
  ['emptyLists', []],
  ['vectors', []],
  ['acquireTimeout', [5, null]],
  ['statementTimeout', [5, null]],
]

const CONNECTION: readonly (readonly [name: string, wrong: unknown])[] = [
  ['connectionLimit', 'x'],
  ['connectionLimit', 0],
  ['port', 'x'],
  ['port', 99_999],
  ['queueLimit', 'x'],
  ['connectTimeout', 'x'],
  ['waitForConnections', 'x'],
  ['ssl', 5],
]

const tiny = { exact: true, metric: 'l2' }
const index = db.vectorIndex('articles', tiny)
const ARGUMENTS: readonly (readonly [name: string, call: (value: Untyped) => Untyped])[] = [
  ['withDeadline', (signal) => db.withDeadline({ signal })],
  ['at', (instant) => db.at(instant)],
  ['rerank, rows', (rows) => rerank(rows === 'x' ? 5 : rows, 5 as Untyped)],
  ['rerank, signal', (signal) => rerank([], () => 1, { signal })],
  ['queryLogger', (write) => queryLogger({ write })],
  ['vectorIndex', (column) => db.vectorIndex('articles', { ...tiny, metadata: column })],
  ['vectorIndex().upsert', (records) => index.upsert(records)],
  ['vectorIndex().fetch', (ids) => index.fetch(Array.isArray(ids) ? [{}] : ids)],
  ['vectorIndex().delete', (which) => index.delete(which)],
  ['a filter', (value) => index.query({ vector: [1, 2], filter: { title: () => value } })],
  ['hybridSearch', (legs) => db.hybridSearch('articles', legs)],
  ['textSearch', (columns) => db.textSearch('articles', columns, 'words')],
  [
    'rowOf',
    (key) => db.vectorSearch('articles', 'embedding', rowOf('articles', [key] as Untyped), tiny),
  ],
  ['bulkInsert', (rows) => db.bulkInsert('articles', Array.isArray(rows) ? [5] : rows)],
  ['bulkInsert, signal', (signal) => db.bulkInsert('articles', [{ id: 1 }], { signal })],
  ['loadData.rows', (rows) => db.loadData.rows('articles', Array.isArray(rows) ? [null] : rows)],
]

describe('a wrong value', () => {
  it.each(OPTIONS)('of the option %s is refused by name', (name, taken) => {
    for (const value of WRONG.filter((each) => !isIn(taken, each))) {
      // An action of a hook and a method of a listener have an error of their own.
      const refused = () => make({ [name]: value })
      expect(refused, `${name}: ${JSON.stringify(value)}`).toThrow(MatrixOneError)
    }
    for (const value of taken) expect(() => make({ [name]: value })).not.toThrow()
    expect(() => make({ [name]: undefined })).not.toThrow()
  })

  it.each(CONNECTION)('of the option %s of the connection is refused: %s', (name, value) => {
    expect(() => make({ connection: { ...connection, [name]: value } })).toThrow(ValueError)
    expect(() => make({ connection: { ...connection, [name]: value } })).toThrow(
      `The option ${name} of the option connection must be`,
    )
  })

  it.each(ARGUMENTS)('given to %s is refused', async (name, call) => {
    for (const value of WRONG) {
      const refused = (async (): Promise<unknown> => call(value))()
      await expect(refused, `${name}: ${JSON.stringify(value)}`).rejects.toThrow(ValueError)
    }
  })
})

function isIn(list: readonly unknown[], value: unknown): boolean {
  return list.some((each) => JSON.stringify(each) === JSON.stringify(value))
}
