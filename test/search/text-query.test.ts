import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  allOf,
  anyOf,
  boost,
  phrase,
  prefix,
  type TextQuery,
  UnsupportedError,
  ValueError,
  without,
} from 'kysely-matrixone'
import { messyText } from './messy-text.js'

describe('a full-text query', () => {
  it.each([
    [anyOf('cheap flights'), 'cheap flights'],
    [allOf('cheap flights'), '+cheap +flights'],
    // MatrixOne finds the words of a phrase by their distances in bytes.
    [phrase('Cheap, flights!'), '"Cheap  flights"'],
    [phrase(' say "C++"  &\n(C#) '), '"say  C        C"'],
    [phrase('user_name — café'), '"user name     café"'],
    [phrase('достопримечательность Рима'), `"достопримеч${' '.repeat(21)}Рима"`],
    [phrase('数据库 世界'), '+数据库 +世界'],
    [prefix('достопримечательность'), '+достопримеч*'],
    [prefix('数据'), '+数据*'],
    [prefix('图书馆数据'), '+图书馆数据'],
    [anyOf('user_name'), 'user name'],
    [anyOf('Rome cheap rome'), 'cheap rome'],
    [phrase('cheap'), 'cheap'],
    [prefix('cheap fli'), '+cheap +fli*'],
    [prefix('fli'), '+fli*'],
    [without('cheap flights', 'Rome, Oslo'), 'cheap flights -Rome -Oslo'],
    [without(prefix('fli'), 'rome'), '+fli* -rome'],
    [boost(allOf('cheap flights'), 'direct'), '+cheap +flights >direct'],
    [boost(without(allOf('flights'), 'rome'), 'direct'), '+flights -rome >direct'],
    [anyOf('数据库 cafe\u0301'), '数据库 café'],
    [anyOf('the cheap the flights', { stopWords: ['THE'] }), 'cheap flights'],
    [anyOf('the', { stopWords: ['the'] }), 'the'],
  ])('is written with the signs of its builder: %#', (query, pattern) => {
    expect(query.pattern).toBe(pattern)
  })

  it.each(['', ' ', '+', '"', '()', '+-~<>*"@', '...', '__', '-_-', '\u0000', '🙂', '\uD800'])(
    'of no words is empty: %j',
    (text) => {
      for (const build of [anyOf, allOf, phrase, prefix]) expect(build(text).pattern).toBe('')
      expect(without(text, 'rome').pattern).toBe('')
      expect(boost(text, 'rome').pattern).toBe('')
      expect(without('cheap', text).pattern).toBe('cheap')
    },
  )

  it('of a phrase takes nothing more: MatrixOne would take its words one by one', () => {
    expect(() => without(phrase('cheap flights'), 'rome')).toThrow(UnsupportedError)
    expect(() => boost(phrase('cheap flights'), 'rome')).toThrow(
      /boost\(\) cannot be added to a phrase/,
    )
    expect(without(phrase('cheap flights'), '...').pattern).toBe('"cheap flights"')
  })

  it('is refused for anything but a string', () => {
    expect(() => anyOf(undefined as never)).toThrow(ValueError)
    expect(() => allOf(7 as never)).toThrow('allOf takes a string, got number.')
    expect(() => anyOf('a', { stopwords: [] } as never)).toThrow(/Did you mean stopWords\?/)
  })

  it('asks for at most eight required words at once: MatrixOne doubles its work with each', () => {
    const words = Array.from({ length: 20 }, (_, at) => `w${at}`)
    const query = boost(without(prefix(words.join(' ')), 'rome'), 'direct')
    expect(query.patterns).toEqual([
      `+w0 +w1 +w2 +w3 +w4 +w5 +w6 +w7 -rome >direct`,
      `+w8 +w9 +w10 +w11 +w12 +w13 +w14 +w15`,
      `+w16 +w17 +w18 +w19*`,
    ])
    for (const one of [anyOf(words.join(' ')), phrase(words.join(' ')), allOf('a b')]) {
      expect(one.patterns).toEqual([one.pattern])
    }
  })

  it('has at most a hundred words or cut characters: a pasted text would take the memory of the server', () => {
    const long = Array.from({ length: 20_000 }, (_, at) => `w${at}`).join(' ')
    for (const build of [anyOf, allOf, phrase, prefix]) {
      expect(build(long).patterns.join(' ').split(' ')).toHaveLength(100)
      expect(build('word '.repeat(20_000)).pattern.length).toBeLessThan(502)
      expect(Array.from(build('数'.repeat(20_000)).pattern).length).toBeLessThan(102)
    }
    expect(anyOf(`one two ${'数'.repeat(200)} three`).pattern).toBe(`one two ${'数'.repeat(98)}`)
  })

  it('has the form that never fails, from any string', () => {
    const word = String.raw`[\p{L}\p{N}\p{M}]+`
    const form = new RegExp(
      `^(?:"${word}(?: +${word})+"|[+>-]?${word}\\*?(?: [+>-]?${word}\\*?)*)?$`,
      'u',
    )
    fc.assert(
      fc.property(messyText, messyText, (text, other) => {
        for (const { pattern } of allQueries(text, other)) {
          expect(pattern).toMatch(form)
          for (const each of pattern.match(/[^\s"+>*-]+/gu) ?? [])
            expect(each).toMatch(/[\p{L}\p{N}]/u)
        }
      }),
      { numRuns: 10_000 },
    )
  })
})

/** One query of each builder. */
function allQueries(text: string, other: string): readonly TextQuery[] {
  return [
    anyOf(text),
    allOf(text),
    phrase(text),
    prefix(text),
    without(text, other),
    without(allOf(text), other),
    without(prefix(text), other),
    boost(text, other),
    boost(allOf(text), other),
    boost(without(prefix(text), other), text),
  ]
}
