import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { ts } from 'ts-morph'
import { describe, expect, it } from 'vitest'
import {
  interfaceName,
  propertyKey,
  stringLiteral,
} from '../../../../codegen/emit/typescript/identifiers.js'
import { hostileNames } from './models.js'

const anyText = fc.oneof(fc.constantFrom(...hostileNames), fc.string({ unit: 'binary' }))

describe('an interface name', () => {
  it.each([
    ['articles', 'Articles'],
    ['order_items', 'OrderItems'],
    ['UserName', 'UserName'],
    ['with space', 'With_Space'],
    ['a_b', 'AB'],
    ['a-b', 'A_B'],
    ['a%b', 'AU25B'],
    ['[indexes]', 'U5BIndexesU5D'],
    ['1st_key', '_1stKey'],
    ['2024', '_2024'],
    ['ключ', 'Ключ'],
    ['表', '表'],
    ['e\u0301tat', '\u00C9tat'],
    ['🚀', 'U1F680'],
    ['🚀_log', 'U1F680Log'],
    ['𝒜', 'U1D49C'],
    ['____', 'U5FU5FU5FU5F'],
    ['__proto__', 'Proto'],
    ['constructor', 'Constructor'],
    ['class', 'Class'],
  ])('of %s is %s', (table, name) => {
    expect(interfaceName(table)).toBe(name)
  })

  it.each([
    ['date', 'DateTable'],
    ['DB', 'DBTable'],
    ['buffer', 'BufferTable'],
    ['date_time', 'DateTimeTable'],
    ['vector', 'VectorTable'],
    ['generated', 'GeneratedTable'],
    ['read_only', 'ReadOnlyTable'],
    ['record', 'RecordTable'],
  ])('of %s leaves the name to its owner: %s', (table, name) => {
    expect(interfaceName(table)).toBe(name)
  })

  it('is always an identifier that starts with no small letter of ASCII', () => {
    fc.assert(
      fc.property(anyText, (table) => {
        fc.pre(table !== '')
        expect(interfaceName(table)).toMatch(/^(?![a-z])[\p{ID_Start}$_][\p{ID_Continue}$]*$/u)
      }),
    )
  })

  it('has only letters that every supported compiler knows', () => {
    const units = Array.from({ length: 0x10000 - 0x80 }, (_, at) => String.fromCharCode(0x80 + at))
    const unknown = units.map(interfaceName).filter((name) =>
      Array.from(name).some((character) => {
        return !ts.isIdentifierPart(character.codePointAt(0) ?? 0, ts.ScriptTarget.ES2015)
      }),
    )
    expect(unknown).toEqual([])
    // Letters of Unicode 14 and 16: newer than TypeScript's tables.
    expect(interfaceName('\u1ACF')).toBe('U1ACF')
    expect(interfaceName('\u019B')).toBe('\u019B')
  })

  it('is kept when it is given again', () => {
    fc.assert(
      fc.property(anyText, (table) => {
        fc.pre(table !== '' && !interfaceName(table).includes('_'))
        expect(interfaceName(interfaceName(table))).toBe(interfaceName(table))
      }),
    )
  })
})

describe('a property key', () => {
  it('is bare when it can be', () => {
    expect(propertyKey('title')).toBe('title')
    expect(propertyKey('$ref_1')).toBe('$ref_1')
    expect(propertyKey('__proto__')).toBe('__proto__')
  })

  it('is quoted otherwise', () => {
    expect(propertyKey('1st')).toBe("'1st'")
    expect(propertyKey('a-b')).toBe("'a-b'")
    expect(propertyKey('ключ')).toBe("'ключ'")
    expect(propertyKey('')).toBe("''")
  })
})

describe('a string literal', () => {
  it('means what it was made from', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: 'binary-ascii' })), (text) => {
        expect(evaluate(stringLiteral(text))).toBe(text)
      }),
    )
  })

  it('keeps emoji readable and shows what cannot be seen', () => {
    expect(stringLiteral('👩‍💻')).toBe("'👩‍💻'")
    expect(stringLiteral('a\u202Eb\u0000\uFEFF')).toBe(String.raw`'a\u202eb\u0000\ufeff'`)
    expect(stringLiteral('\uD800')).toBe(String.raw`'\ud800'`)
    expect(stringLiteral('\u{E0001}')).toBe(String.raw`'\u{e0001}'`)
  })

  it('takes the quotes that need no escape', () => {
    expect(stringLiteral("it's")).toBe(`"it's"`)
    expect(stringLiteral('say "hi"')).toBe(`'say "hi"'`)
    expect(stringLiteral(`it's "hi"`)).toBe(String.raw`'it\'s "hi"'`)
  })
})

/** JavaScript's own reading of a literal; JSON has no single quotes and no `\u{…}`. */
function evaluate(literal: string): unknown {
  return runInNewContext(literal)
}
