import fc from 'fast-check'
import { ValueError } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { checkOptions } from '../../src/options/check-options.js'
import { closestName } from '../../src/options/closest-name.js'
import {
  either,
  flag,
  instant,
  integer,
  listOf,
  objectOf,
  oneOf,
  type OptionRules,
  required,
  secret,
  text,
} from '../../src/options/option-rules.js'

interface MergeOptions {
  readonly into: string
  readonly onConflict?: 'fail' | 'skip'
  readonly limit?: number
  readonly quick?: boolean
  readonly at?: Date
  readonly keys?: readonly number[] | 'all'
  readonly user?: { readonly name: string; readonly password: string }
}

const rules: OptionRules<MergeOptions> = {
  into: required(text),
  onConflict: oneOf('fail', 'skip'),
  limit: integer(0, 10),
  quick: flag,
  at: instant,
  keys: either(listOf(integer(1)), oneOf('all')),
  user: objectOf<NonNullable<MergeOptions['user']>>({
    name: required(text),
    password: required(secret),
  }),
}

const check = (options: unknown) => () => checkOptions('branch.merge', rules, options)

describe('options', () => {
  it('that fit their rules pass, and undefined counts as absent', () => {
    for (const options of [
      { into: 't' },
      { into: 't', onConflict: undefined, limit: 10, quick: false, at: new Date(0) },
      { into: 't', keys: 'all', user: { name: 'ann', password: 'x' } },
      { into: 't', keys: [1, 2] },
    ]) {
      expect(check(options)).not.toThrow()
    }
  })

  it.each([
    [undefined, 'branch.merge needs the option into. It must be a string.'],
    [{}, 'branch.merge needs the option into. It must be a string.'],
    ['articles', 'The options of branch.merge must be an object, got "articles".'],
    [
      { into: 't', onConflict: 'skip /*x*/' },
      "The option onConflict of branch.merge must be 'fail' or 'skip', got \"skip /*x*/\".",
    ],
    [
      { into: 't', limit: 11 },
      'The option limit of branch.merge must be a whole number from 0 to 10, got 11.',
    ],
    [
      { into: 't', quick: 'yes' },
      'The option quick of branch.merge must be true or false, got "yes".',
    ],
    [{ into: null }, 'The option into of branch.merge must be a string, got null.'],
    [
      { into: 't', at: new Date(NaN) },
      'The option at of branch.merge must be a valid Date, got an invalid Date.',
    ],
    [{ into: 't', on_conflict: 'skip' }, 'Did you mean onConflict?'],
    [{ into: 't', onConflikt: 'skip' }, 'Did you mean onConflict?'],
    [{ into: 't', force: true }, 'branch.merge has no option force. Its options are into, '],
    [{ into: 't', user: { name: 'ann' } }, 'branch.merge needs the option user.password.'],
    [{ into: 't', user: { nam: 'ann' } }, 'has no option user.nam. Did you mean user.name?'],
    [{ into: 't', toString: 1 }, 'branch.merge has no option toString.'],
  ])('%o are refused', (options, message) => {
    expect(check(options)).toThrow(ValueError)
    expect(check(options)).toThrow(message)
  })

  it('that are secrets are never repeated', () => {
    const options = { into: 't', user: { name: 'ann', password: 12345678 } }
    expect(check(options)).toThrow('The option user.password of branch.merge must be a string.')
    expect(check(options)).not.toThrow(/12345678/)
  })
})

describe('the closest name', () => {
  it('is found through one changed, missing or added letter, and in any case', () => {
    const names = ['ifNotExists', 'toAccount', 'snapshot']
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(),
        fc.constantFrom('', 'x'),
        (name, at, put) => {
          const place = at % name.length
          expect(closestName(name.slice(0, place) + put + name.slice(place + 1), names)).toBe(name)
        },
      ),
    )
    expect(closestName('IF_NOT_EXISTS', names)).toBe('ifNotExists')
    expect(closestName('database', names)).toBeUndefined()
  })
})
