import { ConfigurationError, MatrixOne, type SchemaValue, ValueError } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { resolveColumnTypes, SchemaIndex } from '../../src/schema/schema-index.js'
import { schemaOf } from '../../src/managers/statement/runtime-of.js'
import { unconnected } from '../support/unconnected.js'

describe('a schema value', () => {
  it('finds its tables, whatever they are called', () => {
    const tables = { constructor: { key: ['id'] }, ['__proto__']: { key: ['no'] } }
    const index = new SchemaIndex({ tables })
    expect(index.find(undefined, 'constructor')?.key).toEqual(['id'])
    expect(index.find(undefined, '__proto__')?.key).toEqual(['no'])
    expect(index.find(undefined, 'toString')).toBeUndefined()
    expect(index.find('anywhere', 'constructor')?.key).toEqual(['id'])
    expect(index.find('mo_catalog', 'constructor')).toBeUndefined()
  })

  it('prefers the table of the database that is named', () => {
    const index = new SchemaIndex({ tables: { 'a.t': { key: ['a'] }, t: { key: ['b'] } } })
    expect(index.find('a', 't')?.key).toEqual(['a'])
    expect(index.find('b', 't')?.key).toEqual(['b'])
  })

  it('is refused when it is something else', () => {
    const open = (schema: unknown) => unconnected({ schema: schema as SchemaValue })
    expect(() => open({ articles: {} })).toThrow(ConfigurationError)
    expect(() => open(null)).toThrow(/The option schema is not a schema value/)
  })

  it('is reached from every handle, and missed with advice', () => {
    const schema = { tables: {} }
    const db = unconnected({ schema })
    expect(schemaOf(db.withSchema('a').withoutPlugins(), 'vectorSearch').value).toBe(schema)
    expect(() => schemaOf(unconnected(), 'vectorSearch')).toThrow(
      /^vectorSearch needs the schema value.*new MatrixOne<DB>\(\{ connection, schema \}\)/,
    )
  })
})

describe('the column types', () => {
  it('are those of the schema value', () => {
    const schema = { types: { bigint: 'bigint' }, tables: {} } as const
    expect(resolveColumnTypes(undefined, schema).bigint).toBe('bigint')
    expect(resolveColumnTypes({ bigint: 'bigint', vector: undefined } as never, schema)).toEqual({
      bigint: 'bigint',
      decimal: 'string',
      date: 'string',
      datetime: 'Date',
      vector: 'number[]',
      json: 'parsed',
      tinyint: 'number',
    })
  })

  it('may not contradict it: both are named', () => {
    const connection = { host: '127.0.0.1', port: 1 }
    const schema = { types: { bigint: 'bigint' }, tables: {} } as const
    expect(() => new MatrixOne({ connection, schema, types: { bigint: 'string' } })).toThrow(
      /^types\.bigint is 'string', but schema\.types says 'bigint'/,
    )
    expect(() => new MatrixOne({ connection, schema, types: { json: 'string' } })).toThrow(
      ConfigurationError,
    )
  })

  it('are checked when JavaScript passes them', () => {
    expect(() => resolveColumnTypes({ bigint: 'float' } as never, undefined)).toThrow(ValueError)
    expect(() => resolveColumnTypes({ json: null } as never, undefined)).toThrow(
      'types.json must be one of parsed, string, got null.',
    )
  })
})
