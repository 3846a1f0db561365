import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marksOf, outlineOf } from '../../../../codegen/emit/docs/outline.js'
import type {
  ForeignKeyModel,
  SchemaModel,
  TableModel,
} from '../../../../src/schema/schema-model.js'
import { magazine } from './magazine.js'

const child = (key: ForeignKeyModel, more: Partial<TableModel> = {}): TableModel => ({
  name: 'child',
  kind: 'table',
  columns: [{ name: 'a', type: { name: 'int' } }],
  foreignKeys: [key],
  ...more,
})
const parent: TableModel = {
  name: 'parent',
  kind: 'table',
  columns: [{ name: 'id', type: { name: 'int' } }],
  primaryKey: ['id'],
}
const one = (...tables: readonly TableModel[]): SchemaModel => ({
  formatVersion: '2.0',
  databases: [{ tables }],
})
const key: ForeignKeyModel = { columns: ['a'], references: { table: 'parent', columns: ['id'] } }

describe('the outline of a schema', () => {
  it('gives a table the same anchor whatever other tables there are', () => {
    const { tables } = outlineOf(magazine)
    expect(tables.map(({ id }) => id)).toEqual(['t_articles', 't_orders', 't_sold'])
  })

  it('gives each name an anchor of its own, in letters that are safe anywhere', () => {
    const names = fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom('a.b', 'A', '_x', 't_a')))
    fc.assert(
      fc.property(names, (all) => {
        const ids = outlineOf(one(...all.map((name) => ({ ...parent, name })))).tables
        expect(new Set(ids.map(({ id }) => id)).size).toBe(all.length)
        for (const { id } of ids) expect(id).toMatch(/^t_[\w-]+$/)
      }),
    )
  })

  it('finds the parent in the same database unless the key names another', () => {
    const there = { ...key, references: { ...key.references, database: 'b' } }
    const model: SchemaModel = {
      formatVersion: '2.0',
      databases: [
        { name: 'a', tables: [child(key), parent] },
        { name: 'b', tables: [child(there), parent] },
        { name: 'c', tables: [child(there)] },
        { name: 'd', tables: [child(key)] },
      ],
    }
    const { relations } = outlineOf(model)
    expect(relations.map((found) => [found.child.name, found.parent.name])).toEqual([
      ['a.child', 'a.parent'],
      ['b.child', 'b.parent'],
      ['c.child', 'b.parent'],
    ])
  })

  it('knows how many children a parent can have, and whether a child needs one', () => {
    const nullable = [{ name: 'a', type: { name: 'int' }, nullable: true as const }]
    const cases: readonly (readonly [TableModel, boolean, boolean])[] = [
      [child(key), false, false],
      [child(key, { primaryKey: ['a'] }), true, false],
      [child(key, { primaryKey: ['a', 'b'] }), false, false],
      [child(key, { uniqueKeys: [{ name: 'u', columns: ['a'] }] }), true, false],
      [child(key, { columns: nullable }), false, true],
    ]
    for (const [table, isUnique, isOptional] of cases) {
      expect(outlineOf(one(table, parent)).relations).toMatchObject([{ isUnique, isOptional }])
    }
  })

  it('marks the columns of keys and indexes', () => {
    const [articles] = outlineOf(magazine).tables
    const marks = articles?.table.columns.map((column) => marksOf(column, articles.table))
    expect(marks).toEqual([['primary key'], ['full text'], ['full text'], [], ['vector']])
  })
})
