import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { code, codes, commentLines } from '../../../../codegen/emit/typescript/tsdoc.js'

const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '*/',
        '*',
        '/',
        '@',
        '{',
        '{@link x}',
        '\n',
        '\r',
        '\u2028',
        '<b>',
        '`',
        '\\',
      ),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((parts) => parts.join(''))

describe('a database comment', () => {
  it('cannot end the TSDoc comment', () => {
    expect(commentLines('a */ b')).toEqual([String.raw`a *\/ b`])
    fc.assert(
      fc.property(nasty, (text) => {
        expect(commentLines(text).join('\n')).not.toContain('*/')
      }),
    )
  })

  it('cannot start a tag, a link or a compiler directive', () => {
    expect(commentLines('@deprecated')).toEqual([String.raw`\@deprecated`])
    expect(commentLines('see {@link evil}')).toEqual([String.raw`see {\@link evil}`])
    expect(commentLines('x\n@ts-ignore')).toEqual(['x', String.raw`\@ts-ignore`])
  })

  it('keeps an address as it is', () => {
    expect(commentLines('ask mo@example.org')).toEqual(['ask mo@example.org'])
  })

  it('shows markup instead of being it', () => {
    expect(commentLines('<img src=x> a < b')).toEqual([String.raw`\<img src=x> a < b`])
  })

  it('keeps its lines and loses blank ones around them', () => {
    expect(commentLines('\n a\r\n\r\nb\u2028c  \n')).toEqual([' a', '', 'b', 'c'])
    expect(commentLines(' \n\t')).toEqual([])
  })

  it('survives being written as UTF-8', () => {
    fc.assert(
      fc.property(fc.oneof(nasty, fc.constant('\uD800')), (text) => {
        const lines = commentLines(text).join('\n')
        expect(Buffer.from(lines).toString()).toBe(lines)
      }),
    )
  })
})

describe('SQL in a comment', () => {
  it('is one line between backticks, whatever it holds', () => {
    expect(code('a\n  b')).toBe('`a b`')
    expect(code('tick`s')).toBe('`` tick`s ``')
    expect(codes(['a', 'b'])).toBe('`a`, `b`')
    fc.assert(
      fc.property(nasty, (text) => {
        expect(code(text)).not.toMatch(/\*\/|\n|(?<=[ {])@/)
      }),
    )
  })

  it('is cut between characters when it is long', () => {
    expect(code('🚀'.repeat(81))).toBe(`\`${'🚀'.repeat(79)}…\``)
    expect(code('x'.repeat(80))).toBe(`\`${'x'.repeat(80)}\``)
  })
})
