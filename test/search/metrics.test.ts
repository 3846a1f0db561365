import { sql } from 'kysely'
import { type MatrixOne, rowOf, type SchemaValue, type Vector } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, openRaw } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_search_metrics'

const METRICS = ['l2', 'cosine', 'ip'] as const
const ELEMENTS = ['f32', 'f64', 'bf16', 'f16', 'int8', 'uint8'] as const
const PAIRS = METRICS.flatMap((metric) => ELEMENTS.map((element) => [metric, element] as const))

type Tables = Record<string, { id: number; v: Vector<'f32', 3> }>

const tableOf = (metric: string, element: string): string => `t_${metric}_${element}`

const schema: SchemaValue = {
  tables: Object.fromEntries(
    PAIRS.map(([metric, element]) => [
      tableOf(metric, element),
      {
        key: ['id'],
        vectors: {
          v: { element, dimension: 3, indexes: [{ name: 'near', algo: 'ivfflat', metric }] },
        },
      },
    ]),
  ),
}

let db: MatrixOne<Tables>
let raw: Connection

beforeAll(async () => {
  ;({ db } = await openDatabase<Tables>(server, database, { schema }))
  raw = await openRaw(server, { database })
})

/** Whole numbers from 0 to 96, which every element type holds. */
const rows = Array.from(
  { length: 60 },
  (_, at) => `(${at + 1}, '[${(at * 37) % 97},${(at * 53) % 89},${(at * at) % 83}]')`,
).join(', ')

const query = [40, 11, 63]

describe('a search through an ivfflat index', () => {
  it.each(PAIRS)(
    'of metric %s over vec%s finds what an exact one finds',
    async (metric, element) => {
      if (!server.can.narrowVectors && element !== 'f32' && element !== 'f64') return
      const table = tableOf(metric, element)
      await raw.query(`create table ${table} (id bigint primary key, v vec${element}(3))`)
      await raw.query(`insert into ${table} values ${rows}`)
      await raw.query(
        `create index near using ivfflat on ${table} (v) lists = 3 op_type 'vector_${metric}_ops'`,
      )
      for (const from of [query, rowOf(table, 7)]) {
        const search = db.vectorSearch(table, 'v', from).select('id').limit(5)
        const exact = await search.using('exact').execute()
        expect(exact).toHaveLength(5)
        const index = search.using('index')
        expect((await index.execute()).map(({ id }) => id)).toEqual(exact.map(({ id }) => id))
        const usesIndex = from === query || server.can.rowSearchUsesIndex
        expect((await index.explain()).indexes).toEqual(usesIndex ? ['ivf_search'] : [])
        const composed = db
          .selectFrom(index.as('hit'))
          .select('hit.id')
          .orderBy(sql.ref('hit.rank'))
        expect(await composed.execute()).toEqual(exact.map(({ id }) => ({ id })))
      }
    },
  )
})
