import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hideUrlPassword, redactorFor } from '../../../codegen/config/redact.js'

describe('a password', () => {
  it('is hidden in every URL, also with @ and : in it', () => {
    expect(hideUrlPassword('see mysql://root:secret@db:6001/x now')).toBe(
      'see mysql://root:***@db:6001/x now',
    )
    expect(hideUrlPassword('mysql://a%23u:p@ss:w@db/x')).toBe('mysql://a%23u:***@db/x')
    expect(hideUrlPassword('mysql://user:password@host/x')).toBe('mysql://user:password@host/x')
    // As a path has it.
    expect(hideUrlPassword('no file mysql:/root:secret@db/x')).toBe('no file mysql:/root:***@db/x')
    expect(hideUrlPassword('mysql://root@db/x')).toBe('mysql://root@db/x')
  })

  it('that is a number is not part of a longer one', () => {
    const redact = redactorFor(['mysql://root:111@db/x'])
    expect(redact('111 is it, not 127.0.0.1:37111 nor 1110.')).toBe(
      '*** is it, not 127.0.0.1:37111 nor 1110.',
    )
  })

  it('that looks like a URL is hidden as a whole', () => {
    const password = 'a://:@:a a '
    const redact = redactorFor([`mysql://root:${encodeURIComponent(password)}@db/x`])
    expect(redact(`it was ${password} and no more`)).toBe('it was *** and no more')
  })

  it('is hidden by itself too, encoded or not', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z@:#%/ ]{6,12}$/), (password) => {
        const encoded = encodeURIComponent(password)
        const redact = redactorFor([`mysql://root:${encoded}@db/x`])
        expect(redact(`it was ${password} and ${encoded}.`)).toBe('it was *** and ***.')
      }),
    )
  })
})
