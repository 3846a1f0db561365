import { describe, expect, it } from 'vitest'
import { isSameCode, sameTokens } from '../../../codegen/workspace/same-tokens.js'

const written = `/* eslint-disable */
import type { Generated } from 'kysely-matrixone'

export interface Articles {
  id: Generated<number>
  /**
   * How it's shown; a, b.
   */
  'title': string | null
  kind: 'a' | 'it\\'s'
  readonly [indexes]: { fulltext: { ft: readonly ['title', 'body'] } }
}
`

describe('two texts that differ in layout only', () => {
  it('are the same with semicolons, double quotes, other indents and broken lines', () => {
    const formatted = `/* eslint-disable */
import type { Generated } from "kysely-matrixone";

export interface Articles {
    id: Generated<
        number
    >;
    /**
     * How it's shown; a, b.
     */
    title: string | null;
    kind:
        | "a"
        | "it's";
    readonly [indexes]: {
        fulltext: { ft: readonly ["title", "body"] };
    };
}
`
    expect(sameTokens(written, formatted)).toBe(true)
  })

  it.each([
    ['a type', 'number', 'string'],
    ['a member of a union', "'a' | ", ''],
    ['a nullability', ' | null', ''],
    ['a property that became optional', "'title':", "'title'?:"],
    ['a literal that became a name', "'a'", 'a'],
    ['a comment', 'shown', 'hidden'],
    ['a blank inside a literal', "'body'", "'body '"],
  ])('are not the same when %s changed', (_what, from, to) => {
    expect(sameTokens(written, written.replace(from, to))).toBe(false)
  })
})

describe('a property name that a formatter takes the quotes off', () => {
  it.each(["'é'", "'é'", "'नमस्ते'", "'áb'"])('may be %s', (key) => {
    expect(sameTokens(`{ ${key}: string }`, `{ ${key.slice(1, -1)}: string }`)).toBe(true)
    expect(sameTokens(`enum A { ${key} = 'x' }`, `enum A { ${key.slice(1, -1)} = 'x' }`)).toBe(true)
  })
})

describe('a literal whose quotes a formatter changes', () => {
  it('is the same with an escaped backslash before a quote', () => {
    expect(sameTokens(String.raw`'\\\''`, String.raw`"\\'"`)).toBe(true)
    expect(sameTokens(String.raw`'\\'`, String.raw`'\''`)).toBe(false)
  })
})

describe('two texts that differ in comments only', () => {
  it('are the same code', () => {
    expect(isSameCode(written, written.replace('shown', 'hidden'))).toBe(true)
    expect(isSameCode(written, written.replace('number', 'string'))).toBe(false)
    expect(isSameCode("type A = '// a'", "type A = '// b'")).toBe(false)
  })
})
