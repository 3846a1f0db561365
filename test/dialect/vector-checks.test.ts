import fc from 'fast-check'
import { type SchemaValue, ValueError, VectorDimensionError } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { checkVector } from '../../src/dialect/vector-checks.js'
import { unconnected } from '../support/unconnected.js'

const schema = {
  tables: {
    articles: {
      key: ['id'],
      vectors: {
        embedding: { element: 'f32', dimension: 3 },
        code: { element: 'int8', dimension: 2 },
        half: { element: 'f16', dimension: 1 },
        brain: { element: 'bf16', dimension: 1 },
      },
    },
  },
} as const satisfies SchemaValue

const db = unconnected({ schema })

describe('a vector of another length', () => {
  it('is refused with column, expected and actual length before anything is sent', () => {
    const query = db.insertInto('articles').values({ id: 1, embedding: [1, 2] })
    expect(() => query.compile()).toThrow(VectorDimensionError)
    expect(() => query.compile()).toThrow(
      expect.objectContaining({
        message:
          'articles.embedding holds vectors of 3 elements, got one of 2. Was it made by another embedding model?',
        column: 'articles.embedding',
        expected: 3,
        actual: 2,
      }),
    )
  })

  it.each([
    [
      'any row of an INSERT',
      () =>
        db.insertInto('articles').values([
          { id: 1, embedding: [1, 2, 3] },
          { id: 2, embedding: new Float32Array(4) },
        ]),
    ],
    [
      'rows with defaults between',
      () => db.insertInto('articles').values([{ id: 1 }, { embedding: [1, 2] }]),
    ],
    ['REPLACE', () => db.replaceInto('articles').values({ id: 1, embedding: [1, 2] })],
    [
      'ON DUPLICATE KEY UPDATE',
      () =>
        db
          .insertInto('articles')
          .values({ id: 1 })
          .onDuplicateKeyUpdate({ embedding: new Float64Array(1) }),
    ],
    ['UPDATE', () => db.updateTable('articles').set({ embedding: [] })],
    ['UPDATE under an alias', () => db.updateTable('articles as a').set('a.embedding', [1])],
    [
      'UPDATE of a join',
      () =>
        db
          .updateTable(['other as o', 'articles as a'])
          .set({ embedding: [1] })
          .whereRef('o.id', '=', 'a.id'),
    ],
  ])('is refused in %s', (_where, query) => {
    expect(() => query().compile()).toThrow(VectorDimensionError)
  })

  it('reaches the server when no schema was given (the trap)', () => {
    const plain = unconnected()
      .insertInto('articles')
      .values({ id: 1, embedding: [1, 2] })
    expect(plain.compile().parameters).toEqual([1, [1, 2]])
  })
})

describe('an element that the column cannot hold', () => {
  it.each([
    ['embedding', [1, NaN, 3], /Element 1 of the vector for articles\.embedding is NaN/],
    ['embedding', new Float32Array([Infinity, 0, 0]), /Element 0 .* is Infinity/],
    ['embedding', [1, '2', 3], /Element 1 .* is 2\. A vecf32 column holds numbers up to 3\.4e38/],
    [
      'code',
      [1, 128],
      /Element 1 .* is 128\. A vecint8 column holds whole numbers from -128 to 127/,
    ],
    ['code', [0.5, 1], /Element 0 .* is 0\.5/],
    ['half', [65_520], /Element 0 .* is 65520\. A vecf16 column holds numbers up to 65504/],
    ['brain', [3.4e38], /Element 0 .* is 3\.4e\+38/],
  ])('is refused: %s %o', (column, vector, message) => {
    const query = db.insertInto('articles').values({ [column]: vector })
    expect(() => query.compile()).toThrow(ValueError)
    expect(() => query.compile()).toThrow(message)
  })
})

describe('a value that is not a vector', () => {
  it('is left to the server: text, null, expressions', () => {
    const query = db.insertInto('articles').values((eb) => [
      { id: 1, embedding: '[1]' },
      { id: 2, embedding: null },
      { id: 3, embedding: eb.val([1, 2, 3]) },
    ])
    expect(query.compile().sql).toMatch(/^insert/)
    expect(db.updateTable('articles').set({ code: null }).compile().sql).toMatch(/^update/)
  })
})

describe('any vector of the right length', () => {
  it('passes when its elements are finite numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (vector) => {
        checkVector('t.v', { element: 'f64', dimension: vector.length }, vector)
        checkVector('t.v', { element: 'uint8', dimension: vector.length }, Uint8Array.from(vector))
      }),
    )
  })
})
