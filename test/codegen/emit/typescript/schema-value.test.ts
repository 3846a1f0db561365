import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EmitOptions } from '../../../../codegen/emit/typescript/emit-options.js'
import { emitTypes } from '../../../../codegen/emit/typescript/emit-types.js'
import { ConfigurationError } from '../../../../codegen/errors.js'
import type { SchemaModel, TableModel } from '../../../../src/schema/schema-model.js'
import type { SchemaValue } from '../../../../src/schema/value.js'
import { problemsOf } from './compile.js'
import { evaluateSchema } from './evaluate.js'
import { hostileModel } from './hostile-model.js'
import { hostile, magazine, modelOf, tableOf } from './models.js'

async function emit(model: SchemaModel, options: EmitOptions = {}): Promise<string> {
  const [file] = await emitTypes(model, options)
  return file?.text ?? ''
}

async function schemaOf(model: SchemaModel, options: EmitOptions = {}): Promise<SchemaValue> {
  return evaluateSchema(await emit(model, options))
}

function columnNames(table: string): readonly string[] | undefined {
  const found = magazine.databases[0]?.tables.find(({ name }) => name === table)
  return found?.columns.map(({ name }) => name)
}

describe('the schema value', () => {
  it('holds keys, names with capitals, members, vectors and full-text sets, and loads nothing', async () => {
    expect(await schemaOf(magazine)).toEqual({
      types: {},
      tables: {
        articles: {
          key: ['id'],
          columns: columnNames('articles'),
          enums: { status: ['draft', 'in review', 'published'] },
          sets: { flags: ['pinned', 'paid'] },
          vectors: {
            embedding: {
              element: 'f32',
              dimension: 3,
              indexes: [
                { name: 'near', algo: 'ivfflat', metric: 'l2' },
                { name: 'near_angle', algo: 'hnsw', metric: 'cosine' },
              ],
            },
          },
          fulltext: { 'fulltext(body)': ['body'], ft_title_body: ['title', 'body'] },
          parsers: { 'fulltext(body)': 'ngram' },
        },
        authors: { key: ['id'], columns: ['id', 'PenName', 'email'] },
        every_type: {
          columns: columnNames('every_type'),
          json: ['json'],
          geometries: ['geometry', 'point'],
          // Out of a union a bit comes as a bigint.
          types: { bit54: 'bigint' },
          enums: { enum: ['', "it's", 'back\\slash', '🚀'] },
          sets: { set: ['a', 'b'] },
          vectors: {
            vecf32: { element: 'f32', dimension: 768 },
            vecf64: { element: 'f64', dimension: 2 },
            vecbf16: { element: 'bf16', dimension: 2 },
            vecf16: { element: 'f16', dimension: 2 },
            vecint8: { element: 'int8', dimension: 2 },
            vecuint8: { element: 'uint8', dimension: 2 },
          },
        },
      },
    })
  })

  it('costs a plain table one line, and one without a key none', async () => {
    const orders: TableModel = { ...tableOf('orders', { id: { name: 'int' } }), primaryKey: ['id'] }
    const text = await emit(modelOf(orders, tableOf('log', { line: { name: 'text' } })))
    expect(text).toContain(
      "export const schema = {\n  types: {},\n  tables: {\n    orders: { key: ['id'] },\n  },\n} as const\n",
    )
  })

  it('is there for a schema without tables', async () => {
    expect(await schemaOf(modelOf())).toEqual({ types: {}, tables: {} })
  })

  it('says what was chosen, and of single columns only what differs', async () => {
    const options: EmitOptions = {
      types: { bigint: 'bigint', date: 'string' },
      columnTypes: { 'articles.id': 'string', 'articles.author_id': 'bigint' },
    }
    const schema = await schemaOf(magazine, options)
    expect(schema.types).toEqual({ bigint: 'bigint' })
    expect(schema.tables['articles']?.types).toEqual({ id: 'string' })
    const numbers = { bit1: 'number', bit53: 'number', year: 'number' }
    expect(schema.tables['every_type']?.types).toEqual(numbers)
    const text = await emit(magazine, options)
    expect(text).toContain('id: Generated<BigInteger<string>>')
    expect(text).toContain('author_id: BigInteger<bigint>')
    expect(problemsOf([text])).toEqual([])
  })

  it('spells no columns of a view, which answers with the names of its definition', async () => {
    const view: TableModel = { ...tableOf('w', { Id: { name: 'int' } }), kind: 'view' }
    expect((await schemaOf(modelOf(view))).tables).toEqual({})
  })

  it('spells the columns of a table with vectors that travel as base64', async () => {
    const withVector = (name: string, element: 'f32' | 'f64' | 'int8'): TableModel =>
      tableOf(name, {
        id: { name: 'int' },
        v: { name: 'vecf32', vector: { element, dimension: 3 } },
      })
    const schema = await schemaOf(
      modelOf(withVector('a', 'f32'), withVector('b', 'f64'), withVector('c', 'int8')),
    )
    expect(schema.tables['a']?.columns).toEqual(['id', 'v'])
    expect(schema.tables['b']?.columns).toEqual(['id', 'v'])
    expect(schema.tables['c']?.columns).toBeUndefined()
  })

  it('keys tables by database when there are several', async () => {
    const orders: TableModel = { ...tableOf('orders', { id: { name: 'int' } }), primaryKey: ['id'] }
    const schema = await schemaOf({
      formatVersion: modelOf().formatVersion,
      databases: [
        { name: 'shop', tables: [orders] },
        { name: 'archive', tables: [orders] },
      ],
    })
    expect(Object.keys(schema.tables)).toEqual(['archive.orders', 'shop.orders'])
  })
})

describe('the schema value of any names', () => {
  it('is, evaluated, the part of the model that it stands for', async () => {
    await fc.assert(
      fc.asyncProperty(hostileModel, async (model) => {
        const { tables } = await schemaOf(model)
        for (const table of model.databases[0]?.tables ?? []) {
          const value = Object.hasOwn(tables, table.name) ? tables[table.name] : undefined
          expect(value?.key ?? []).toEqual(table.primaryKey ?? [])
          const names = table.columns.map(({ name }) => name)
          const isSpelled =
            table.kind !== 'view' &&
            (names.some((name) => name !== name.toLowerCase()) ||
              table.columns.some(({ type }) => type.name === 'enum' || type.name === 'set'))
          expect(value?.columns).toEqual(isSpelled ? names : undefined)
          const members = { ...value?.enums, ...value?.sets }
          for (const { name, type } of table.columns) {
            expect(Object.hasOwn(members, name) ? members[name] : undefined).toEqual(type.members)
          }
          const fulltext = (table.fulltextIndexes ?? []).map(({ columns }) => columns)
          expect(new Set(Object.values(value?.fulltext ?? {}))).toEqual(new Set(fulltext))
        }
      }),
    )
  })

  it('keeps every name that was made to break it', async () => {
    const { tables } = await schemaOf(hostile)
    const expected = hostile.databases[0]?.tables.filter(({ name }) => name !== 'all_of_them') ?? []
    for (const { name } of expected) {
      expect(Object.hasOwn(tables, name)).toBe(true)
      expect(tables[name]?.key).toEqual([name])
      expect(Object.entries(tables[name]?.enums ?? {})).toEqual([[name, [name]]])
    }
  })
})

describe('without the schema value', () => {
  it('the file holds types only, and the indexes as a type', async () => {
    const text = await emit(magazine, { schemaValue: false })
    expect(text).not.toMatch(/const|SearchIndexes/)
    expect(text).toContain("{ index: 'near'; algo: 'ivfflat'; metric: 'l2'; dimension: 3 }")
    expect(problemsOf([text])).toEqual([])
  })

  it('hover texts say that select * loses capitals; with it only raw SQL does', async () => {
    expect(await emit(magazine, { schemaValue: false })).toContain(' * `select *` returns it as')
    expect(await emit(magazine)).toContain(' * Raw `select *` returns it as `penname`.')
  })
})

describe('a choice for one column', () => {
  it.each([
    [
      { 'articles.title': 'string' },
      /columnTypes\['articles\.title'\] is 'string'.*in one way only/,
    ],
    [
      { 'articles.id': 'Date' },
      /a column of type bigint is read as 'number' or 'bigint' or 'string'/,
    ],
    [
      { 'articles.nope': 'bigint', 'x.y': 'bigint' },
      /names 'articles\.nope', 'x\.y', and there is no/,
    ],
    [{ 'every_type.vecf64': 'Float32Array' }, /every_type\.vecf64 is vecf64 and would be read/],
  ] as const)('is refused when it cannot be: %o', async (columnTypes, message) => {
    const emitting = emit(magazine, { columnTypes } as EmitOptions)
    await expect(emitting).rejects.toThrow(ConfigurationError)
    await expect(emitting).rejects.toThrow(message)
  })
})
