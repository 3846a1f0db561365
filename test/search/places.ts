/** A table of places with vectors and words, made by the server from numbers, and a brute-force search of it in memory. */
import type { SearchIndexes, Vector, indexes } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'

export interface Place {
  id: number
  /** 2 of 100 have the same. */
  kind: number
  /** Every other one has the same. */
  half: number
  owner: string
  /** Null in every 50th. */
  v: Vector<'f32', 3> | null
}

export const schema = {
  tables: {
    places: {
      key: ['id'],
      vectors: {
        v: {
          element: 'f32',
          dimension: 3,
          indexes: [{ name: 'near', algo: 'ivfflat', metric: 'l2' }],
        },
      },
    },
  },
} as const

export interface DB {
  places: Place
  owners: { owner: string; name: string }
  readonly [indexes]: SearchIndexes<typeof schema>
}

export const COUNT = 1_000

/** Squared, so that no two rows lie on opposite sides of a third. */
export const vectorOf = (id: number): readonly number[] => [
  (id * 37) % 101,
  (id * 53) % 103,
  ((id * id) % 997) / 10,
]

/** Creates and fills the tables; the index is built on the rows. */
export async function createPlaces(raw: Connection): Promise<void> {
  await raw.query(
    'create table places (id bigint primary key, kind int, half int, owner varchar(10), v vecf32(3))',
  )
  await raw.query(
    `insert into places select g, g % 50, g % 2, concat('o', g % 10), cast(if(g % 50 = 0, null,
     concat('[', (g * 37) % 101, ',', (g * 53) % 103, ',', (g * g) % 997 / 10, ']')) as vecf32(3))
     from (select result as g from generate_series(1, ${COUNT}) s) n`,
  )
  await raw.query('create table owners (owner varchar(10) primary key, name varchar(20))')
  await raw.query(
    "insert into owners select concat('o', result), concat('Owner ', result) from generate_series(0, 9) s",
  )
  await raw.query(
    "create index near using ivfflat on places (v) lists = 20 op_type 'vector_l2_ops'",
  )
}

/** The ids of the nearest places, by comparing all of them here. */
export function nearestIds(
  query: readonly number[],
  limit: number,
  matches: (id: number) => boolean = () => true,
): readonly number[] {
  const distance = (id: number): number =>
    Math.hypot(...vectorOf(id).map((value, at) => value - (query[at] as number)))
  return Array.from({ length: COUNT }, (_, index) => index + 1)
    .filter((id) => id % 50 !== 0 && matches(id))
    .toSorted((left, right) => distance(left) - distance(right))
    .slice(0, limit)
}
