import * as kysely29 from 'kysely'
import * as kysely28 from 'kysely-0.28'
import { describe, expect, it } from 'vitest'
import {
  MatrixOne,
  MatrixOneConnectionBuilder,
  MatrixOneControlledTransaction,
  MatrixOneControlledTransactionBuilder,
  MatrixOneTransaction,
  MatrixOneTransactionBuilder,
} from 'kysely-matrixone'

/** Methods of kysely's classes that return no Kysely-like object. */
const PLAIN = new Set([
  'constructor',
  'schema',
  'dynamic',
  'introspection',
  'case',
  'fn',
  'isTransaction',
  'destroy',
  'getExecutor',
  'executeQuery',
  'isCommitted',
  'isRolledBack',
  'commit',
  'rollback',
])

/** On a transaction these only throw; kysely types them `never`. */
const REFUSED_ON_TRANSACTION = new Set(['transaction', 'startTransaction', 'connection', 'destroy'])

const pairs = [
  ['Kysely', MatrixOne],
  ['Transaction', MatrixOneTransaction],
  ['ControlledTransaction', MatrixOneControlledTransaction],
  ['TransactionBuilder', MatrixOneTransactionBuilder],
  ['ControlledTransactionBuilder', MatrixOneControlledTransactionBuilder],
  ['ConnectionBuilder', MatrixOneConnectionBuilder],
] as const

describe.each([
  ['0.29', kysely29 as unknown as Record<string, { prototype: object }>],
  ['0.28', kysely28 as unknown as Record<string, { prototype: object }>],
])('kysely %s', (_version, kysely) => {
  it.each(pairs)('has no method on %s that returns a Kysely without managers', (name, ours) => {
    const theirs = Object.getOwnPropertyNames(kysely[name]?.prototype ?? {})
    expect(theirs.length).toBeGreaterThan(1)
    const missing = theirs.filter(
      (method) =>
        !PLAIN.has(method) &&
        !(name !== 'Kysely' && REFUSED_ON_TRANSACTION.has(method)) &&
        !Object.hasOwn(ours.prototype, method),
    )
    expect(missing).toEqual([])
  })
})

describe('a transaction within a transaction', () => {
  it.each([MatrixOneTransaction, MatrixOneControlledTransaction])(
    'is refused by %o, also with kysely 0.28, which would begin it',
    ({ prototype }) => {
      expect(() => prototype.startTransaction()).toThrow(/no transactions within transactions/)
    },
  )
})

describe('MatrixOne', () => {
  const db = new MatrixOne<{ t: { id: number } }>({ connection: { host: '127.0.0.1', port: 1 } })

  it.each([
    ['withSchema', () => db.withSchema('s')],
    ['withoutPlugins', () => db.withoutPlugins()],
    ['withTables', () => db.withTables<{ u: { id: number } }>()],
    ['$extendTables', () => db.$extendTables<{ u: { id: number } }>()],
    ['$omitTables', () => db.$omitTables<'t'>()],
    ['$pickTables', () => db.$pickTables<'t'>()],
    ['withPlugin', () => db.withPlugin(new kysely29.CamelCasePlugin())],
  ])('keeps its managers through %s', (_name, derive) => {
    const derived = derive()
    expect(derived).toBeInstanceOf(MatrixOne)
    expect(derived.metadata).toBe(derived.metadata)
    expect(derived.metadata).not.toBe(db.metadata)
  })

  it('refuses options that cannot be right, naming the fix', () => {
    expect(() => new MatrixOne({ connection: '' })).toThrow(/option connection is missing/)
    expect(() => new MatrixOne({ connection: 'postgres://a' })).not.toThrow()
    expect(() => new MatrixOne({ connection: {}, timeZone: 'Asia/Shanghai' })).toThrow(/offset/)
    expect(
      () => new MatrixOne({ connection: {}, hooks: ['enable_everything' as 'enable_all'] }),
    ).toThrow(/enable_ivf, enable_hnsw/)
  })
})
