import type { MatrixOne, SearchIndexes, Vector, indexes } from 'kysely-matrixone'
import { beforeAll, describe, expect, it } from 'vitest'
import { rowBudgetOf } from '../../src/search/vector/row-budget.js'
import { type VectorElement, vectorElements } from '../../src/types/vector-elements.js'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

const schema = {
  tables: {
    pixels: {
      key: ['id'],
      vectors: {
        v: {
          element: 'uint8',
          dimension: 3,
          indexes: [{ name: 'near', algo: 'ivfflat', metric: 'l2' }],
        },
      },
    },
  },
} as const

interface DB {
  pixels: { id: number; half: number; v: Vector<'uint8', 3> }
  readonly [indexes]: SearchIndexes<typeof schema>
}

describe('the row budget', () => {
  it('is smaller where the server compares rows slowly', () => {
    const of = (element: VectorElement) => rowBudgetOf({}, { column: { element, dimension: 3 } })
    expect(vectorElements.map(of)).toEqual([20_000, 20_000, 20_000, 5_000, 20_000, 5_000])
  })

  it('is what the search says', () => {
    const column = { element: 'f16', dimension: 3 } as const
    expect(rowBudgetOf({ rowBudget: 7 }, { column })).toBe(7)
  })
})

describe('a table of 6,000 vectors of bytes', () => {
  let db: MatrixOne<DB>
  const near = () => db.vectorSearch('pixels', 'v', [70, 80, 90]).select('id')

  beforeAll(async () => {
    if (!server.can.narrowVectors) return
    const made = await openDatabase<DB>(server, 'kmo_row_budget', { schema })
    db = made.db
    const raw = made.raw
    await raw.query(
      'create table kmo_row_budget.pixels (id bigint primary key, half int, v vecuint8(3))',
    )
    await raw.query(
      `insert into kmo_row_budget.pixels select g, g % 2, concat('[', g % 251, ',', (g * 7) % 241, ',', (g * 13) % 239, ']')
       from (select result as g from generate_series(1, 6000) s) n`,
    )
    await db.moCtl.flush('pixels')
    await raw.query(
      "create index near using ivfflat on kmo_row_budget.pixels (v) lists = 8 op_type 'vector_l2_ops'",
    )
  })

  it('is searched through its index', async () => {
    if (!server.can.narrowVectors) return
    const { report } = await near().executeWithReport()
    expect(report).toMatchObject({ path: 'index', reason: 'more than 5,000 matching rows' })
  })

  it('is asked about a filter by =, whose answer holds for every value', async () => {
    if (!server.can.narrowVectors) return
    const first = await near().where('half', '=', 0).executeWithReport()
    expect(first.report).toMatchObject({ path: 'exact', candidates: 3_000 })
    const second = await near().where('half', '=', 1).executeWithReport()
    expect(second.report).toMatchObject({ path: 'exact', candidates: 3_000, statements: 1 })
  })
})
