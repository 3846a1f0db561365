import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DataError, ServerError, ValueError } from 'kysely-matrixone'
import { bitsOfMembers, memberAt, membersIn, numberOfMember } from '../../src/dialect/members.js'
import { openDatabase, type TestDatabase, withClient } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

interface DB {
  pets: {
    id: number
    kind: 'cat' | "dog's" | '中文' | null
    tags: string | null
    years: string | null
    n: number | null
  }
}

const schema = {
  types: {},
  tables: {
    pets: {
      key: ['id'],
      columns: ['id', 'kind', 'tags', 'years', 'n'],
      enums: { kind: ['cat', "dog's", '中文'] },
      sets: { tags: ['small', 'Old', 'wild'], years: ['1', '2', '3'] },
    },
  },
} as const

let own: TestDatabase<DB>

beforeAll(async () => {
  own = await openDatabase<DB>(server, 'members_test', { schema })
  await sql`create table pets (id int primary key, kind enum('cat', 'dog''s', '中文'),
    tags set('small', 'Old', 'wild'), years set('1', '2', '3'), n int)`.execute(own.db)
})

beforeEach(async () => {
  await own.db.deleteFrom('pets').where('id', '>=', 0).execute()
  await own.db.insertInto('pets').values({ id: 1, kind: 'cat', tags: 'small', n: 5 }).execute()
})

/** Sets as text: 3.0.14 sends their bits. */
async function readPet() {
  const pet = await own.db
    .selectFrom('pets')
    .select(['kind', 'tags', 'years'])
    .executeTakeFirstOrThrow()
  const { tags, years } = schema.tables.pets.sets
  const textOf = (members: readonly string[], value: unknown) =>
    typeof value === 'number' ? membersIn(members, value) : value
  return { ...pet, tags: textOf(tags, pet.tags), years: textOf(years, pet.years) }
}

describe('a member in ON DUPLICATE KEY UPDATE', () => {
  it('is refused as text of an ENUM, and read as a number of a SET (the trap)', async () => {
    const { db } = own
    const upsert = (change: string) =>
      sql.raw(`insert into pets (id) values (1) on duplicate key update ${change}`).execute(db)
    await expect(upsert("kind = '中文'")).rejects.toThrow(DataError)
    await expect(upsert("tags = 'small,wild'")).rejects.toThrow('cast to uint64')
    await upsert("years = '3'")
    expect(await readPet()).toMatchObject({ years: '1,2' })
  })

  it('is stored with the schema value, as text in any case, as a number and as null', async () => {
    for (const [change, stored] of [
      [{ kind: '中文', tags: 'wild,small', years: '3' }, { tags: 'small,wild' }],
      [
        { kind: "DOG'S", tags: 'OLD', years: '1,3' },
        { kind: "dog's", tags: 'Old' },
      ],
      [{ kind: null, tags: '', years: null }, {}],
      [
        { kind: 1, tags: 5 },
        { kind: 'cat', tags: 'small,wild' },
      ],
    ] as const) {
      await own.db
        .insertInto('pets')
        .values({ id: 1, kind: 'cat' })
        .onDuplicateKeyUpdate(change as object)
        .execute()
      expect(await readPet()).toMatchObject({ ...change, ...stored })
    }
  })

  it('is taken over from the inserted row by values()', async () => {
    await own.db
      .insertInto('pets')
      .values({ id: 1, kind: '中文', tags: 'Old,wild' })
      .onDuplicateKeyUpdate({ kind: sql`values(kind)`, tags: sql`values(tags)` })
      .execute()
    expect(await readPet()).toMatchObject({ kind: '中文', tags: 'Old,wild' })
  })

  it('is refused before it is sent when there is no such member, naming the column', () => {
    const upsert = (change: object) =>
      own.db.insertInto('pets').values({ id: 1 }).onDuplicateKeyUpdate(change).compile()
    expect(() => upsert({ kind: 'mouse' })).toThrow(
      new ValueError(
        "pets.kind has no member of that text. Its members are 'cat', 'dog's', '中文'.",
      ),
    )
    expect(() => upsert({ tags: 'small, wild' })).toThrow('pets.tags has no member of that text')
  })

  it('is explained without the schema value, and the way works', async () => {
    await withClient<void, DB>({ options: own.options }, {}, async (db) => {
      const insert = db.insertInto('pets').values({ id: 1, kind: '中文' })
      await expect(insert.onDuplicateKeyUpdate({ kind: '中文' }).execute()).rejects.toThrow(
        'ON DUPLICATE KEY UPDATE takes only numbers of members for an ENUM or SET column (kind of pets). Pass the schema',
      )
      await insert.onDuplicateKeyUpdate({ kind: sql`values(${sql.ref('kind')})` }).execute()
    })
    expect(await readPet()).toMatchObject({ kind: '中文' })
  })
})

describe('a member computed by UPDATE', () => {
  it('is refused by the server with a wrong reason, which is explained, and the way works', async () => {
    const { db } = own
    const compute = db.updateTable('pets').set({
      kind: sql<'中文' | 'cat'>`if(n > 3, '中文', 'cat')`,
    })
    await expect(sql`update pets set kind = if(n > 3, 'cat', 'cat')`.execute(db)).rejects.toThrow(
      /ambiguous column reference 'n'$/,
    )
    await expect(compute.execute()).rejects.toThrow(
      'UPDATE cannot compute an ENUM or SET column (kind of pets) from other columns or a subquery. Send',
    )
    await db.updateTable('pets').set({ kind: '中文' }).where('n', '>', 3).execute()
    expect(await readPet()).toMatchObject({ kind: '中文' })
  })

  it('leaves other refusals of the same words as they are', async () => {
    const ambiguous = own.db
      .updateTable(['pets as a', 'pets as b'])
      .set({ 'a.n': sql`n + 1` } as object)
      .execute()
    const error = await ambiguous.catch((failure: unknown) => failure)
    expect(error).toBeInstanceOf(ServerError)
    expect(String(error)).not.toContain('ENUM')
  })
})

const alphabet = fc.string({ minLength: 1, maxLength: 6 }).filter((text) => !text.includes(','))
const membersOf = fc.uniqueArray(alphabet, {
  minLength: 1,
  maxLength: 64,
  selector: (text) => text.toLowerCase(),
})

it('numbers and members lead to each other, up to 64 members', () => {
  fc.assert(
    fc.property(membersOf, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (members, mask) => {
      const bits = mask % (1n << BigInt(members.length))
      expect(bitsOfMembers('t.s', members, membersIn(members, bits))).toBe(bits)
      for (const [at, member] of members.entries()) {
        expect(numberOfMember('t.e', members, member)).toBe(at + 1)
        expect(memberAt(members, at + 1)).toBe(member)
      }
    }),
  )
})
