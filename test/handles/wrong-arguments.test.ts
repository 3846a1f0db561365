import { MatrixOne, MatrixOneError } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { managerNames } from '../../src/managers/managers.js'

// oxlint-disable-next-line typescript/no-explicit-any -- to a JavaScript program everything compiles
type Untyped = any

const schema = {
  tables: {
    t: { key: ['id'], vectors: { v: { element: 'f32', dimension: 2 } }, fulltext: { ft: ['w'] } },
  },
}
const connection = { host: '127.0.0.1', port: 1 }
const db: Untyped = new MatrixOne({ connection, schema: schema as never, acquireTimeout: 500 })

const VALUES = [undefined, null, 5, true, 'x', {}, [], [null], () => 1]
const LISTS: readonly (readonly unknown[])[] = [
  [],
  ...VALUES.map((value) => [value]),
  ...VALUES.map((value) => ['t', value]),
  ...VALUES.map((value) => ['t', 'v', value]),
  ...VALUES.map((value) => ['t', 'v', [1, 2], value]),
]

const HANDLE =
  'at batches withDeadline withLogMode execute insert batchInsert bulkInsert scan dropTable createTableWithIndex assertSchema pinned vectorSearch textSearch hybridSearch vectorIndex match'.split(
    ' ',
  )

/** Methods of an object and its classes. */
function methodsOf(of: object): readonly string[] {
  const names = new Set<string>()
  for (let from = of; from !== Object.prototype; from = Object.getPrototypeOf(from) as object) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(from))) {
      if (name !== 'constructor' && typeof value === 'function') names.add(name)
    }
  }
  return [...names]
}

type Part = readonly [name: string, of: object]

/** A manager and those inside of it, such as `account.users`. */
function managersOf(name: string, manager: Untyped): readonly Part[] {
  const described = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(manager)))
  const getters = described.filter(([, own]) => Object.hasOwn(own, 'get')).map(([part]) => part)
  const parts = [...getters, ...Object.keys(manager)].flatMap((part): readonly Part[] => {
    const value: unknown = manager[part]
    return typeof value === 'object' && value !== null ? [[`${name}.${part}`, value]] : []
  })
  return [[name, manager], ...parts]
}

const CALLS: readonly (readonly [name: string, of: Untyped, method: string])[] = [
  ...[...managerNames, 'doctor']
    .flatMap((name) => managersOf(name, db[name]))
    .flatMap(([name, of]) =>
      methodsOf(of).map((method) => [`${name}.${method}`, of, method] as const),
    ),
  ...HANDLE.map((method) => [method, db, method] as const),
]

/** Calls, and goes on as a program would: a query is run, rows are read. */
async function attempt(of: Untyped, method: string, list: readonly unknown[]): Promise<void> {
  const result = of[method](...list)
  const isLazy = typeof result?.then !== 'function'
  if (isLazy && typeof result?.execute === 'function' && method !== 'withDeadline') {
    if (!methodsOf(result).includes('selectFrom')) await result.execute()
  } else if (isLazy && result?.[Symbol.asyncIterator] !== undefined) {
    for await (const _ of result) break
  } else await result
}

describe('arguments that a JavaScript program may get wrong', () => {
  it('are of more than a hundred methods', () => {
    expect(CALLS.length).toBeGreaterThan(100)
  })

  it.each(CALLS)('lead to an error of ours, in %s', async (_name, of, method) => {
    const wrong: string[] = []
    for (const list of LISTS) {
      try {
        await attempt(of, method, list)
      } catch (error) {
        if (error instanceof MatrixOneError) continue
        wrong.push(`${JSON.stringify(list)}: ${String(error)}`)
      }
    }
    expect(wrong).toEqual([])
  })
})
