import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareServerVersions,
  formatServerVersion,
  parseServerVersion,
} from '../../src/server/server-version.js'

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

describe('comparing versions', () => {
  it('orders releases as numbers, and builds without a release after them', () => {
    const texts = ['v4.10.0', 'v20260826', 'v3.0.14', 'v4.2.0', 'v4.2.11', 'v25908', 'v4.2.9']
    expect(
      texts.map(parseServerVersion).toSorted(compareServerVersions).map(formatServerVersion),
    ).toEqual(['3.0.14', '4.2.0', '4.2.9', '4.2.11', '4.10.0', 'build 25908', 'build 20260826'])
  })

  it('is an order', () => {
    const version = fc
      .tuple(fc.nat({ max: 30 }), fc.nat({ max: 30 }), fc.nat({ max: 30 }))
      .map((parts) => parseServerVersion(`v${parts.join('.')}`))
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(Math.sign(compareServerVersions(a, b))).toBe(
          -Math.sign(compareServerVersions(b, a)) + 0,
        )
      }),
    )
  })
})
