import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareModels } from '../../../src/schema/compare/compare-models.js'
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

const place = ({ database, table, column, index }: Finding): string =>
  JSON.stringify([database, table, column, index])

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
    expect(ruled(members('a', 'b'), members('a', 'b', 'c'))).toEqual([
      'column-type-changed additive',
    ])
    expect(ruled(members('a', 'b'), members('b', 'a'))).toEqual(['column-type-changed breaking'])
  })

  it('is cosmetic for comments, defaults and plain indexes', () => {
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
})
