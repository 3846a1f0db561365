import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseServerVersion } from '../../src/server/server-version.js'

describe('parsing what a server calls itself', () => {
  it('reads releases, hotfixes, nightlies and nameless builds', () => {
    expect(parseServerVersion('8.0.30-MatrixOne-v4.2.0')).toEqual({
      text: '8.0.30-MatrixOne-v4.2.0',
      isMatrixOne: true,
      release: [4, 2, 0],
      build: null,
      suffix: '',
    })
    expect(parseServerVersion('8.0.30-MatrixOne-v3.0.11-hotfix-20250801')).toMatchObject({
      release: [3, 0, 11],
      suffix: 'hotfix-20250801',
    })
    expect(parseServerVersion('8.0.30-MatrixOne-v4.1')).toMatchObject({ release: [4, 1, 0] })
    expect(parseServerVersion('v3.0.11')).toMatchObject({ isMatrixOne: true, release: [3, 0, 11] })
    expect(parseServerVersion('8.0.30-MatrixOne-v20260826')).toMatchObject({
      release: null,
      build: 20260826,
    })
    expect(parseServerVersion('v25908')).toMatchObject({ isMatrixOne: true, build: 25908 })
    expect(parseServerVersion('8.0.30-MatrixOne-v')).toMatchObject({
      isMatrixOne: true,
      release: null,
      build: null,
    })
  })

  it.each(['8.0.36', '5.7.44-log', '11.4.2-MariaDB', '8.0.11-TiDB-v7.5.0', ''])(
    'says that %s is not MatrixOne',
    (text) => {
      expect(parseServerVersion(text)).toMatchObject({ isMatrixOne: false, release: null })
    },
  )

  it('never throws, and keeps the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseServerVersion(text).text).toBe(text)
      }),
    )
  })
})
