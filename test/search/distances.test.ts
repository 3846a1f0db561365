import {
  cosineDistance,
  cosineSimilarity,
  innerProduct,
  l2Distance,
  type MatrixOne,
  type Vector,
  ValueError,
} from 'kysely-matrixone'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

interface DB {
  points: { id: number; v: Vector<'f64', 3>; w: Vector<'f32', 3> | null }
}

let db: MatrixOne<DB>

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, 'kmo_distances'))
  await db.execute('create table points (id int primary key, v vecf64(3), w vecf32(3))')
  await db
    .insertInto('points')
    .values([
      { id: 1, v: [1, 2, 3], w: [1, 0, 0] },
      { id: 2, v: [3, 2, 1], w: null },
    ])
    .execute()
})

describe('a distance as an expression', () => {
  it('is the number that its name says, the inner product negated', async () => {
    const row = await db
      .selectFrom('points')
      .select((eb) => [
        l2Distance(eb.ref('v'), [3, 2, 1]).as('l2'),
        cosineDistance(eb.ref('v'), new Float64Array([3, 2, 1])).as('cosine'),
        innerProduct(eb.ref('v'), [3, 2, 1]).as('product'),
        cosineSimilarity(eb.ref('v'), [3, 2, 1]).as('similarity'),
      ])
      .where('id', '=', 1)
      .executeTakeFirstOrThrow()
    expect(row.l2).toBeCloseTo(Math.sqrt(8), 5)
    expect(row.cosine).toBeCloseTo(1 - 10 / 14, 5)
    expect(row.product).toBeCloseTo(-10, 5)
    expect(row.similarity).toBeCloseTo(10 / 14, 5)
  })

  it('compares two columns, and is null where a vector is', async () => {
    const query = db
      .selectFrom('points')
      .select((eb) => ['id', l2Distance(eb.ref('w'), eb.ref('w')).as('d')])
      .orderBy('id')
    const rows = await query.execute()
    expect(rows).toEqual([
      { id: 1, d: 0 },
      { id: 2, d: null },
    ])
    expectTypeOf(rows).toEqualTypeOf<{ id: number; d: number | null }[]>()
  })

  it('is refused for NaN before it is sent, and by the types for another column', async () => {
    const query = db
      .selectFrom('points')
      .select((eb) => l2Distance(eb.ref('v'), [1, 2, Number.NaN]).as('d'))
    await expect(query.execute()).rejects.toThrow(ValueError)
    db.selectFrom('points').select((eb) => {
      // @ts-expect-error not a vector
      return l2Distance(eb.ref('id'), [1]).as('d')
    })
  })
})
