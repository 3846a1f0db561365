import fc from 'fast-check'
import { MatrixOne, MatrixOneError } from 'kysely-matrixone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

/** Pieces that have broken quoting somewhere, in any order, with letters in between. */
const piece = fc.constantFrom(
  "'",
  "''",
  '"',
  '\\',
  '\\\\',
  "\\'",
  '`',
  '--',
  '-- ',
  '#',
  ';',
  '/*',
  '*/',
  '/*!',
  '?',
  '%',
  '_',
  '{',
  '}',
  '=',
  ',',
  '.',
  '$',
  '\n',
  '\r',
  '\t',
  '\0',
  ' ',
  'a',
  'B',
  '7',
  'é',
  '数',
  '😀',
  "','x');-- ",
)
const text = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''))
const name = fc.oneof(text, fc.stringMatching(/^[A-Za-z0-9_-]{1,70}$/))

/** A fixed seed: the values reach the server, and recordings answer by text. */
const sampled = <T>(values: fc.Arbitrary<T>, numRuns: number): readonly T[] =>
  fc.sample(values, { numRuns, seed: 20261121 })

interface DB {
  texts: { id: number; value: string | null }
}

const server = useServer(import.meta.url)
const database = 'kmo_any_text'
const stage = 'kmo_any_text_stage'
let db: MatrixOne<DB>

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database))
  await db.stage.drop(stage, { ifExists: true })
  await db.stage.create(stage, { url: 'file:///var/lib/matrixone-test/any/' })
  await db.execute('create table texts (id bigint primary key, value text)')
})

afterAll(async () => {
  await db.stage.drop(stage, { ifExists: true })
})

function expectOurs(error: unknown): undefined {
  expect(error).toBeInstanceOf(MatrixOneError)
}

describe('any text', () => {
  it('as the name of a stage is used as it is, in lower case, or refused; no other stage changes', async () => {
    const before = await db.stage.list()
    let made = 0
    for (const each of sampled(name, 200)) {
      const created = await db.stage
        .create(each, { url: 'file:///var/lib/matrixone-test/any/' })
        .catch(expectOurs)
      if (created === undefined) continue
      made += 1
      expect(created.name).toBe(each.toLowerCase())
      await db.stage.drop(each)
    }
    expect(made).toBeGreaterThan(20)
    expect(await db.stage.list()).toEqual(before)
  })

  it('as the comment of a stage is stored exactly, or refused', async () => {
    let stored = 0
    for (const comment of sampled(text, 150)) {
      const altered = await db.stage.alter(stage, { comment }).catch(expectOurs)
      if (altered === undefined) continue
      stored += 1
      expect(altered.comment).toBe(comment)
    }
    expect(stored).toBeGreaterThan(100)
  })

  it('as the comment of an index is stored exactly, or refused', async () => {
    let stored = 0
    for (const comment of sampled(text, 40)) {
      const created = await db.fulltextIndex
        .create('texts', ['value'], { name: 'ft', comment })
        .catch(expectOurs)
      if (created === undefined) continue
      stored += 1
      expect(created.comment).toBe(comment)
      // A quote in it would break every TRUNCATE from now on.
      await db.execute('truncate table texts')
      await db.fulltextIndex.drop('texts', 'ft')
    }
    expect(stored).toBeGreaterThan(5)
  })

  it('as a value is stored exactly by every way in', async () => {
    const rows = sampled(text, 500).map((value, id) => ({ id, value }))
    const stored = (): Promise<unknown> =>
      db.selectFrom('texts').selectAll().orderBy('id').execute()
    for (const write of [
      () => db.batchInsert('texts', rows),
      () => db.loadData.rows('texts', rows),
      () =>
        db.loadData.jsonLines('texts', { text: rows.map((row) => JSON.stringify(row)).join('\n') }),
    ]) {
      await write()
      expect(await stored()).toEqual(rows)
      await db.execute('truncate table texts')
    }
  })
})
