import { describe, expect, expectTypeOf, it } from 'vitest'
import { type Capabilities, capabilitiesOf } from '../../src/server/capabilities.js'
import { parseServerVersion } from '../../src/server/server-version.js'

const of = (text: string): Capabilities => capabilitiesOf(parseServerVersion(text))

describe('the capabilities of a server', () => {
  it('are the ones measured on its release line', () => {
    expect(of('8.0.30-MatrixOne-v3.0.14')).toMatchObject({
      generatedColumns: false,
      setWire: 'bitmask',
      bitsInJson: 'digits',
      jsonAgg: false,
      restoreGrammar: 'account from snapshot',
      cdcPausedMeansStopped: false,
      cloneJoinsTransaction: false,
    })
    expect(of('8.0.30-MatrixOne-v4.1.4')).toMatchObject({
      generatedColumns: true,
      setWire: 'text',
      bitsInJson: 'digits',
      jsonAgg: true,
      restoreGrammar: 'object {snapshot}',
      cdcPausedMeansStopped: true,
      cloneJoinsTransaction: false,
    })
    expect(of('8.0.30-MatrixOne-v4.2.0')).toMatchObject({
      bitsInJson: 'base64',
      publicationNamesUnique: true,
      cdcPausedMeansStopped: true,
      cloneJoinsTransaction: true,
    })
    expect(of('v3.0.11-hotfix')).toEqual(of('v3.0.14'))
  })

  it('of a newer server or a nightly are all features, with every guard on', () => {
    for (const text of ['v4.3.0', 'v5.0.0', '8.0.30-MatrixOne-v20260826', '8.0.30-MatrixOne-v']) {
      expect(of(text)).toMatchObject({
        narrowVectors: true,
        quotingModesHonoured: true,
        publicationNamesUnique: false,
        cdcPausedMeansStopped: false,
      })
    }
  })

  it('of an older or in-between server are the common features, with every guard on', () => {
    for (const text of ['v2.0.3', 'v4.0.0', 'v3.1.0']) {
      expect(of(text)).toMatchObject({
        locksOfSessions: false,
        quotingModesHonoured: true,
        publicationNamesUnique: false,
        cdcPausedMeansStopped: false,
      })
    }
  })

  it('are typed by their values', () => {
    expectTypeOf<Capabilities['locksOfSessions']>().toEqualTypeOf<boolean>()
    expectTypeOf<Capabilities['setWire']>().toEqualTypeOf<'bitmask' | 'text'>()
  })
})
