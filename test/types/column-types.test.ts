import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import { describe, expectTypeOf, it } from 'vitest'
import type {
  BigInteger,
  DateOnly,
  DateTime,
  Decimal,
  Generated,
  GeneratedAlways,
  Json,
  JsonValue,
  SetOf,
  SetText,
  Vector,
  VectorInput,
} from '../../src/types/column-types.js'
import type { JsonText } from '../../src/sql/json-text.js'
import type { indexes } from '../../src/types/indexes.js'

interface Articles {
  id: Generated<BigInteger>
  title: string
  lang: Generated<string | null>
  embedding: Vector<'f32', 3> | null
  codes: Generated<Vector<'f64', 2, Float64Array>>
  price: Decimal
  day: DateOnly | null
  created_at: Generated<DateTime>
  tags: SetOf<'a' | 'b'>
  meta: Json<{ views: number }>
  anything: Json | null
  length: GeneratedAlways<number>
  active: Generated<boolean>
}

interface DB {
  articles: Articles
  readonly [indexes]: {
    articles: {
      vector: { embedding: { index: 'i'; algo: 'ivfflat'; metric: 'l2'; dimension: 3 } }
      fulltext: Record<never, never>
    }
  }
}

type Row = Selectable<Articles>
type NewRow = Insertable<Articles>
type Change = Updateable<Articles>

describe('column types', () => {
  it('read as plain values', () => {
    expectTypeOf<Row['id']>().toEqualTypeOf<number>()
    expectTypeOf<Row['lang']>().toEqualTypeOf<string | null>()
    expectTypeOf<Row['embedding']>().toEqualTypeOf<number[] | null>()
    expectTypeOf<Row['codes']>().toEqualTypeOf<Float64Array>()
    expectTypeOf<Row['price']>().toEqualTypeOf<string>()
    expectTypeOf<Row['day']>().toEqualTypeOf<string | null>()
    expectTypeOf<Row['created_at']>().toEqualTypeOf<Date>()
    expectTypeOf<Row['tags']>().toEqualTypeOf<'' | 'a' | 'b' | 'a,b' | 'b,a'>()
    expectTypeOf<Row['meta']>().toEqualTypeOf<{ views: number }>()
    expectTypeOf<Row['anything']>().toEqualTypeOf<JsonValue | null>()
    expectTypeOf<Row['length']>().toEqualTypeOf<number>()
    expectTypeOf<Row['active']>().toEqualTypeOf<boolean>()
  })

  it('take every form that the server accepts', () => {
    const row: NewRow = {
      title: 'a',
      price: 1.5,
      tags: 'a,b',
      meta: { views: 1 },
      embedding: new Float32Array(3),
    }
    expectTypeOf(row.id).toEqualTypeOf<number | bigint | string | undefined>()
    expectTypeOf(row.embedding).toEqualTypeOf<VectorInput | null | undefined>()
    expectTypeOf(row.created_at).toEqualTypeOf<Date | string | undefined>()
    expectTypeOf<Change['meta']>().toEqualTypeOf<{ views: number } | JsonText | undefined>()
    expectTypeOf<Change['active']>().toEqualTypeOf<boolean | undefined>()
    const { title: _title, ...untitled } = row
    // @ts-expect-error a column without a default is required
    const missing: NewRow = untitled
    // @ts-expect-error a generated column cannot be written
    const generated: NewRow = { ...row, length: 1 }
    // @ts-expect-error nor changed
    const changed: Change = { length: 1 }
    // @ts-expect-error text is not a vector
    const vector: Change = { embedding: '[1,2,3]' }
    // @ts-expect-error JSON of another shape
    const json: Change = { meta: { views: 'many' } }
    expectTypeOf([missing, generated, changed, vector, json]).toBeArray()
  })
})

describe('a set column', () => {
  it('takes its members in any order, and nothing else', () => {
    const texts: readonly Change['tags'][] = ['', 'a', 'b', 'a,b', 'b,a', undefined]
    // @ts-expect-error not a member
    const unknown: Change = { tags: 'c' }
    // @ts-expect-error one member of two
    const partly: Change = { tags: 'a,c' }
    // @ts-expect-error no blank after the comma
    const spaced: Change = { tags: 'a, b' }
    // @ts-expect-error once is enough
    const twice: Change = { tags: 'a,a' }
    expectTypeOf([texts, unknown, partly, spaced, twice]).toBeArray()
  })

  it('can be written back as it was read', () => {
    expectTypeOf<Row['tags']>().toExtend<NewRow['tags']>()
    expectTypeOf<Row['tags']>().toExtend<string>()
  })

  it('of many members takes any text', () => {
    type Many = SetOf<'a' | 'b' | 'c' | 'd' | 'e' | 'f', string>
    expectTypeOf<Selectable<{ many: Many | null }>>().toEqualTypeOf<{ many: string | null }>()
    expectTypeOf<SetText<'a' | 'b' | 'c' | 'd' | 'e'>>().toExtend<string>()
    expectTypeOf<'e,d,c,b,a'>().toExtend<SetText<'a' | 'b' | 'c' | 'd' | 'e'>>()
  })
})

describe('the [indexes] key of a generated interface', () => {
  it('is no table for kysely', () => {
    expectTypeOf<Parameters<Kysely<DB>['insertInto']>[0]>().toEqualTypeOf<'articles'>()
    // @ts-expect-error no such table
    const other: Parameters<Kysely<DB>['insertInto']>[0] = 'other'
    expectTypeOf(other).toBeString()
  })

  it('says what can be searched how', () => {
    type Index = DB[typeof indexes]['articles']['vector']['embedding']
    expectTypeOf<Index['dimension']>().toEqualTypeOf<3>()
  })
})
