import { describe, expect, it } from 'vitest'
import type { TableModel } from '../../src/schema/schema-model.js'
import { type NamedTables, toSchemaModel } from '../../src/schema/to-schema-model.js'

const table = (name: string): TableModel => ({
  name,
  kind: 'table',
  columns: [{ name: 'id', type: { name: 'int' } }],
})
const database = (name: string, ...tables: readonly TableModel[]): NamedTables => ({ name, tables })

describe('a schema model', () => {
  it('has not the name of the only database, which differs between two with the same schema', () => {
    expect(toSchemaModel([database('shop', table('t'))])).toEqual({
      formatVersion: '2.0',
      databases: [{ tables: [table('t')] }],
    })
  })

  it('names the databases when there are several, in code-point order', () => {
    const model = toSchemaModel([database('b'), database('😀'), database('\uE000'), database('B')])
    expect(model.databases.map(({ name }) => name)).toEqual(['B', 'b', '\uE000', '😀'])
  })

  it('is the same whatever order the tables come in', () => {
    const first = toSchemaModel([database('d', table('x'), table('w'))])
    expect(toSchemaModel([database('d', table('w'), table('x'))])).toEqual(first)
  })
})
