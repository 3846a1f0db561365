import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareModels } from '../../../src/schema/compare/compare-models.js'
import type { CompareOptions } from '../../../src/schema/compare/compare-options.js'
import type { Finding } from '../../../src/schema/compare/finding.js'
import { hashModel } from '../../../src/schema/snapshot/hash.js'
import type { ColumnModel, SchemaModel, TableModel } from '../../../src/schema/schema-model.js'
import { oneTableModel, schemaModel } from '../arbitrary-model.js'
import { mutations } from '../mutate-model.js'
import { shuffled } from '../shuffle.js'

const mirrored = (ruleId: string): string =>
  ruleId.endsWith('-added')
    ? ruleId.replace(/-added$/, '-removed')
    : ruleId.replace(/-removed$/, '-added')

/** A renamed index is named by its old name, which is the new one from the other side. */
const place = ({ ruleId, database, table, column, index }: Finding): string =>
  JSON.stringify([database, table, column, ruleId.endsWith('-renamed') ? '' : index])

describe('any two models', () => {
  it('give no finding when they are equal, in whatever order they were built', () => {
    fc.assert(
      fc.property(schemaModel, fc.integer(), (model, seed) => {
        expect(compareModels(model, shuffled(model, seed))).toEqual([])
      }),
    )
  })

  it('give a finding for a change of any field', () => {
    fc.assert(
      fc.property(oneTableModel, (model) => {
        for (const { path, value } of mutations(model)) {
          expect([path, compareModels(model, value)]).not.toEqual([path, []])
          expect([path, compareModels(value, model)]).not.toEqual([path, []])
          expect([path, hashModel(value)]).not.toEqual([path, hashModel(model)])
        }
      }),
      { numRuns: 40 },
    )
  })

  it('give the mirrored findings when they change sides', () => {
    fc.assert(
      fc.property(schemaModel, schemaModel, (left, right) => {
        const there = compareModels(left, right).map((finding) => [
          mirrored(finding.ruleId),
          place(finding),
          finding.actual,
          finding.expected,
        ])
        const back = compareModels(right, left).map((finding) => [
          finding.ruleId,
          place(finding),
          finding.expected,
          finding.actual,
        ])
        const sorted = (rows: readonly unknown[]): readonly string[] =>
          rows.map((row) => JSON.stringify(row)).sort()
        expect(sorted(there)).toEqual(sorted(back))
      }),
    )
  })

  it('give their findings in one order', () => {
    fc.assert(
      fc.property(schemaModel, schemaModel, fc.integer(), (left, right, seed) => {
        expect(compareModels(shuffled(left, seed), shuffled(right, seed + 1))).toEqual(
          compareModels(left, right),
        )
      }),
    )
  })
})

const column = (change: Partial<ColumnModel> = {}): ColumnModel => ({
  name: 'title',
  type: { name: 'varchar', length: 20 },
  ...change,
})
const schema = (table: Partial<TableModel>): SchemaModel => ({
  formatVersion: '2.0',
  databases: [{ tables: [{ name: 'articles', kind: 'table', columns: [column()], ...table }] }],
})
const ruled = (expected: Partial<TableModel>, actual: Partial<TableModel>): readonly string[] =>
  compareModels(schema(expected), schema(actual)).map(
    (finding) => `${finding.ruleId} ${finding.severity}`,
  )

describe('severity', () => {
  it('is breaking when a statement that type-checked can fail or read something else', () => {
    const nullable = [column({ nullable: true })]
    expect(ruled({}, { columns: [] })).toEqual(['column-removed breaking'])
    expect(ruled({}, { columns: nullable })).toEqual(['column-nullability-changed breaking'])
    expect(ruled({ columns: nullable }, {})).toEqual(['column-nullability-changed breaking'])
    expect(ruled({}, { columns: [column({ type: { name: 'int' } })] })).toEqual([
      'column-type-changed breaking',
    ])
    expect(ruled({}, { columns: [column(), column({ name: 'must' })] })).toEqual([
      'column-added breaking',
    ])
  })

  it('is additive when only more is allowed', () => {
    expect(ruled({}, { columns: [column({ type: { name: 'varchar', length: 30 } })] })).toEqual([
      'column-type-changed additive',
    ])
    expect(
      ruled({}, { columns: [column(), column({ name: 'may', insertOptional: true })] }),
    ).toEqual(['column-added additive'])
    const members = (...list: readonly string[]): Partial<TableModel> => ({
      columns: [column({ type: { name: 'enum', members: list } })],
    })
    // An exhaustive switch over the old members fails.
    expect(ruled(members('a', 'b'), members('a', 'b', 'c'))).toEqual([
      'column-type-changed breaking',
    ])
    expect(ruled(members('a', 'b'), members('b', 'a'))).toEqual(['column-type-changed breaking'])
  })

  it('follows how columns are read', () => {
    const type = (name: string, length?: number): Partial<TableModel> => ({
      columns: [column({ type: { name, ...(length && { length }) } })],
    })
    const reads = (options: CompareOptions): readonly string[] =>
      compareModels(schema(type('int')), schema(type('bigint')), options).map((one) => one.severity)
    expect(reads({})).toEqual(['additive'])
    expect(reads({ types: { bigint: 'bigint' } })).toEqual(['breaking'])
    expect(reads({ types: { bigint: undefined } as never })).toEqual(['additive'])
    expect(reads({ columnTypes: { 'articles.title': 'string' } })).toEqual(['breaking'])
    expect(reads({ columnTypes: { 'articles.title': 'Date' } })).toEqual(['additive'])
    expect(reads({ columnTypes: { 'articles.id': 'string' } })).toEqual(['additive'])
    expect(ruled(type('bit', 8), type('bit', 64))).toEqual(['column-type-changed breaking'])
    expect(ruled(type('bit', 8), type('bit', 53))).toEqual(['column-type-changed additive'])
  })

  it('looks at reads only, where nothing can be written', () => {
    const view = (change: Partial<ColumnModel>): Partial<TableModel> => ({
      kind: 'view',
      columns: [column(change)],
    })
    const text = (length: number): Partial<ColumnModel> => ({ type: { name: 'varchar', length } })
    expect(ruled(view(text(20)), view(text(10)))).toEqual(['column-type-changed additive'])
    expect(ruled(view({ nullable: true }), view({}))).toEqual([
      'column-nullability-changed additive',
    ])
    expect(ruled(view({}), view({ nullable: true }))).toEqual([
      'column-nullability-changed breaking',
    ])
    expect(ruled(view({ nullable: true }), view({ nullabilityUntrusted: true }))).toEqual([
      'column-nullability-changed cosmetic',
      'column-nullability-trust-changed cosmetic',
    ])
    expect(ruled(view({}), view({ default: '1', autoIncrement: true }))).toEqual([
      'column-auto-increment-changed cosmetic',
      'column-default-changed cosmetic',
    ])
  })

  it("of a view's query is cosmetic when only columns came or went", () => {
    const view = (definition: string, ...names: readonly string[]): Partial<TableModel> => ({
      kind: 'view',
      columns: names.map((name) => column({ name })),
      definition,
    })
    const one = view("select a, concat(b, ' from ') from t where a > 1", 'a', 'b')
    const more = (where: string): Partial<TableModel> =>
      view(`select a, c as x, concat(b, ' from ') from t where ${where}`, 'a', 'x', 'b')
    expect(ruled(one, more('a > 1'))).toEqual([
      'view-definition-changed cosmetic',
      'column-added additive',
    ])
    expect(ruled(one, more('a > 2'))).toContain('view-definition-changed breaking')
    expect(ruled(one, view("select a, concat(b, ' FROM ') from t where a > 1", 'a', 'b'))).toEqual([
      'view-definition-changed breaking',
    ])
    expect(ruled(view('select * from t', 'a'), view('select * from u', 'a', 'b'))).toContain(
      'view-definition-changed breaking',
    )
  })

  it('is cosmetic for comments and plain indexes', () => {
    expect(ruled({}, { columns: [column({ comment: 'new' })] })).toEqual([
      'column-comment-changed cosmetic',
    ])
    expect(ruled({}, { indexes: [{ name: 'i', columns: ['title'] }] })).toEqual([
      'index-added cosmetic',
    ])
  })

  it('follows what typed searches need of a vector index', () => {
    const vector = (change: object): Partial<TableModel> => ({
      vectorIndexes: [
        { name: 'v', column: 'e', algorithm: 'ivfflat', metric: 'l2', dimension: 3, ...change },
      ],
    })
    expect(ruled({}, vector({}))).toEqual(['vector-index-added additive'])
    expect(ruled(vector({}), {})).toEqual(['vector-index-removed breaking'])
    expect(ruled(vector({}), vector({ metric: 'cosine' }))).toEqual([
      'vector-index-changed breaking',
    ])
    expect(ruled(vector({}), vector({ parameters: { lists: '9' } }))).toEqual([
      'vector-index-changed cosmetic',
    ])
  })
})

describe('a finding', () => {
  it('names table, column, both sides and the place in words', () => {
    const findings = compareModels(
      schema({}),
      schema({ columns: [column({ type: { name: 'varchar', length: 10 } })] }),
    )
    expect(findings).toEqual([
      {
        ruleId: 'column-type-changed',
        severity: 'breaking',
        table: 'articles',
        column: 'title',
        expected: 'varchar(20)',
        actual: 'varchar(10)',
        message: 'articles.title has another type.',
      },
    ])
  })

  it('tells unnamed foreign keys over the same column apart', () => {
    const key = { columns: ['a'], references: { table: 'p', columns: ['id'] } }
    expect(ruled({ foreignKeys: [key, key] }, { foreignKeys: [key] })).toEqual([
      'foreign-key-removed additive',
    ])
  })

  it('about a renamed key is one, and names both', () => {
    const keys = (...names: readonly string[]): Partial<TableModel> => ({
      uniqueKeys: names.map((name) => ({ name, columns: ['title'] })),
    })
    expect(compareModels(schema(keys('uk_a')), schema(keys('uk_b')))).toEqual([
      {
        ruleId: 'unique-key-renamed',
        severity: 'cosmetic',
        table: 'articles',
        index: 'uk_a',
        expected: 'uk_a',
        actual: 'uk_b',
        message: 'Unique key uk_a of articles is called uk_b now.',
      },
    ])
    expect(ruled(keys('a', 'b'), keys('b', 'c'))).toEqual(['unique-key-renamed cosmetic'])
    expect(ruled(keys('a', 'b'), keys('c'))).toEqual([
      'unique-key-renamed cosmetic',
      'unique-key-removed breaking',
    ])
    const key = { columns: ['a'], references: { table: 'p', columns: ['id'] } }
    expect(ruled({ foreignKeys: [{ ...key, name: 'fk' }] }, { foreignKeys: [key] })).toEqual([
      'foreign-key-renamed cosmetic',
    ])
  })
})
