import type { ColumnMetadata, DatabaseMetadata, TableMetadata } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { toSchemaModel } from '../../../codegen/read/to-model.js'

const column = (change: Partial<ColumnMetadata> = {}): ColumnMetadata => ({
  name: 'id',
  position: 1,
  type: {
    name: 'int',
    declared: 'int',
    unsigned: false,
    length: null,
    precision: null,
    scale: null,
    members: null,
    vector: null,
    arrayOf: null,
  },
  nullable: false,
  nullabilityTrusted: true,
  autoIncrement: false,
  defaultValue: null,
  onUpdate: null,
  generated: null,
  insertOptional: false,
  comment: '',
  ...change,
})
const table = (change: Partial<TableMetadata> = {}): TableMetadata => ({
  name: 't',
  kind: 'table',
  comment: '',
  columns: [column()],
  primaryKey: [],
  uniqueKeys: [],
  indexes: [],
  vectorIndexes: [],
  fulltextIndexes: [],
  foreignKeys: [],
  partitioned: false,
  brokenReason: null,
  ...change,
})
const database = (name: string, ...tables: readonly TableMetadata[]): DatabaseMetadata => ({
  name,
  serverVersion: '4.2.0',
  subscription: null,
  tables,
  source: 'catalog',
  warnings: [],
})

describe('a schema model', () => {
  it('has nothing that is empty, and not the name of the only database', () => {
    expect(toSchemaModel([database('shop', table())])).toEqual({
      formatVersion: 1,
      databases: [
        {
          tables: [{ name: 't', kind: 'table', columns: [{ name: 'id', type: { name: 'int' } }] }],
        },
      ],
    })
  })

  it('names the databases when there are several, in code-point order', () => {
    const model = toSchemaModel([database('b'), database('😀'), database('\uE000'), database('B')])
    expect(model.databases.map(({ name }) => name)).toEqual(['B', 'b', '\uE000', '😀'])
  })

  it('is the same whatever order the server answers in', () => {
    const columns = [column({ name: 'b', position: 2 }), column({ name: 'a', position: 1 })]
    const first = toSchemaModel([
      database('d', table({ name: 'x', columns }), table({ name: 'w' })),
    ])
    const second = toSchemaModel([
      database('d', table({ name: 'w' }), table({ name: 'x', columns: columns.toReversed() })),
    ])
    expect(second).toEqual(first)
    expect(first.databases[0]?.tables[1]?.columns.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('leaves out what differs between two databases with the same schema', () => {
    const foreignKeys = (own: string): TableMetadata['foreignKeys'] => [
      {
        name: null,
        columns: ['id'],
        references: { database: own, table: 'p', columns: ['id'] },
        onDelete: 'restrict',
        onUpdate: 'cascade',
      },
    ]
    const one = toSchemaModel([database('one', table({ foreignKeys: foreignKeys('one') }))])
    const two = toSchemaModel([database('two', table({ foreignKeys: foreignKeys('two') }))])
    expect(one).toEqual(two)
    expect(one.databases[0]?.tables[0]?.foreignKeys).toEqual([
      { columns: ['id'], references: { table: 'p', columns: ['id'] }, onUpdate: 'cascade' },
    ])
    const away = toSchemaModel([database('one', table({ foreignKeys: foreignKeys('two') }))])
    expect(away.databases[0]?.tables[0]?.foreignKeys?.[0]?.references.database).toBe('two')
  })

  it('keeps an empty default, which is not the same as none', () => {
    const model = toSchemaModel([database('d', table({ columns: [column({ defaultValue: '' })] }))])
    expect(model.databases[0]?.tables[0]?.columns[0]).toHaveProperty('default', '')
  })

  it('keeps every part of a type and of a column', () => {
    const full = column({
      type: {
        name: 'array',
        declared: 'array(int)',
        unsigned: true,
        length: 1,
        precision: 2,
        scale: 3,
        members: ['a'],
        vector: { element: 'f32', dimension: 4 },
        arrayOf: 'int',
      },
      nullable: true,
      nullabilityTrusted: false,
      autoIncrement: true,
      onUpdate: 'current_timestamp()',
      generated: { expression: 'a + 1', kind: 'stored' },
      insertOptional: true,
      comment: 'c',
    })
    expect(
      toSchemaModel([database('d', table({ columns: [full] }))]).databases[0]?.tables[0]?.columns,
    ).toEqual([
      {
        name: 'id',
        type: {
          name: 'array',
          arrayOf: 'int',
          unsigned: true,
          length: 1,
          precision: 2,
          scale: 3,
          members: ['a'],
          vector: { element: 'f32', dimension: 4 },
        },
        nullable: true,
        nullabilityUntrusted: true,
        autoIncrement: true,
        onUpdate: 'current_timestamp()',
        generated: { expression: 'a + 1', kind: 'stored' },
        insertOptional: true,
        comment: 'c',
      },
    ])
  })
})
