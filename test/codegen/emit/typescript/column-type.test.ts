import { describe, expect, it } from 'vitest'
import { columnType, type ColumnContext } from '../../../../codegen/emit/typescript/column-type.js'
import {
  resolveEmitOptions,
  type EmitOptions,
} from '../../../../codegen/emit/typescript/emit-options.js'
import { ConfigurationError } from '../../../../codegen/errors.js'
import type { ColumnModel } from '../../../../src/schema/schema-model.js'

function typeOf(
  column: Omit<ColumnModel, 'name'>,
  options: EmitOptions = {},
  readOnly = false,
): string {
  return columnType({ name: 'c', ...column }, contextOf(options, readOnly))
}

function contextOf(options: EmitOptions, readOnly = false): ColumnContext {
  const resolved = resolveEmitOptions(options)
  return { source: 't.c', readOnly, types: resolved.types, options: resolved, used: new Set() }
}

describe('a column that reads otherwise than by default', () => {
  it.each([
    ['bigint', { bigint: 'bigint' }, 'BigInteger<bigint>'],
    ['bigint', { bigint: 'string' }, 'BigInteger<string>'],
    ['decimal', { decimal: 'number' }, 'Decimal<number>'],
    ['date', { date: 'Date' }, 'DateOnly<Date>'],
    ['datetime', { datetime: 'string' }, 'DateTime<string>'],
    ['timestamp', { datetime: 'string' }, 'DateTime<string>'],
    ['json', { json: 'string' }, 'Json<string>'],
    ['array', { json: 'string' }, 'Json<string>'],
  ] as const)('%s with %o is %s', (name, types, expected) => {
    expect(typeOf({ type: { name } })).not.toContain('<')
    expect(typeOf({ type: { name } }, { types })).toBe(expected)
  })
})

describe('a vector column', () => {
  const vecf32 = { type: { name: 'vecf32', vector: { element: 'f32', dimension: 768 } } } as const
  const vecf64 = { type: { name: 'vecf64', vector: { element: 'f64', dimension: 2 } } } as const

  it('has its element type and dimension, and how it reads only when that is not the default', () => {
    expect(typeOf(vecf32)).toBe("Vector<'f32', 768>")
    expect(typeOf(vecf32, { types: { vector: 'Float32Array' } })).toBe(
      "Vector<'f32', 768, Float32Array>",
    )
  })

  it('of vecf64 does not lose digits unless told to', () => {
    const types = { vector: 'Float32Array' } as const
    expect(() => typeOf(vecf64, { types })).toThrow(ConfigurationError)
    expect(() => typeOf(vecf64, { types })).toThrow(
      /t\.c is vecf64.*24 bits of 53[^]*float32ForVecf64/,
    )
    expect(typeOf(vecf64, { types, float32ForVecf64: 'allow' })).toBe(
      "Vector<'f64', 2, Float32Array>",
    )
    expect(typeOf(vecf64, { types: { vector: 'Float64Array' } })).toBe(
      "Vector<'f64', 2, Float64Array>",
    )
  })
})

describe('what may be written', () => {
  const int = { type: { name: 'int' } }

  it('is optional when the server fills it in', () => {
    expect(typeOf(int)).toBe('number')
    expect(typeOf({ ...int, insertOptional: true })).toBe('Generated<number>')
  })

  it('needs no mark when the column may be null: kysely makes it optional', () => {
    expect(typeOf({ ...int, nullable: true, insertOptional: true })).toBe('number | null')
  })

  it('is nothing for a generated column', () => {
    const generated = { expression: 'a + b', kind: 'virtual' } as const
    expect(typeOf({ ...int, generated, insertOptional: true })).toBe('GeneratedAlways<number>')
    expect(typeOf({ ...int, generated, nullable: true })).toBe('GeneratedAlways<number | null>')
  })

  it('is nothing for a view, whose NOT NULL counts only when it can be trusted', () => {
    expect(typeOf(int, {}, true)).toBe('ReadOnly<number>')
    expect(typeOf({ ...int, nullabilityUntrusted: true }, {}, true)).toBe('ReadOnly<number | null>')
  })
})

describe('an enum', () => {
  it('is a union in declared order', () => {
    expect(typeOf({ type: { name: 'enum', members: ['z', '', 'a'] } })).toBe("'z' | '' | 'a'")
    expect(typeOf({ type: { name: 'set', members: ['z', 'a'] } })).toBe("SetOf<'z' | 'a'>")
    const members = ['a', 'b', 'c', 'd', 'e']
    expect(typeOf({ type: { name: 'set', members } })).not.toContain('string')
    expect(typeOf({ type: { name: 'set', members: [...members, 'f'] } })).toBe(
      "SetOf<'a' | 'b' | 'c' | 'd' | 'e' | 'f', string>",
    )
  })

  it('has a member a line when it is long', () => {
    const members = Array.from({ length: 12 }, (_, at) => `member ${at}`)
    const type = { name: 'enum', members }
    expect(typeOf({ type })).toMatch(/^(\n  \| 'member \d+'){12}$/)
    expect(typeOf({ type, nullable: true })).toMatch(/^(\n  \| 'member \d+'){12}\n  \| null$/)
    expect(typeOf({ type, insertOptional: true })).toMatch(
      /^Generated<(\n  \| 'member \d+'){12}\n>$/,
    )
  })

  it('whose members are not known is text', () => {
    expect(typeOf({ type: { name: 'enum' } })).toBe('string')
    expect(typeOf({ type: { name: 'set', members: [] } })).toBe('string')
  })
})

describe('what has to be imported', () => {
  it('is collected', () => {
    const context = contextOf({})
    columnType({ name: 'a', type: { name: 'bigint' }, insertOptional: true }, context)
    columnType({ name: 'b', type: { name: 'varchar' } }, context)
    expect([...context.used].toSorted()).toEqual(['BigInteger', 'Generated'])
  })
})
