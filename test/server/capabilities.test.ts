import { describe, expect, expectTypeOf, it } from 'vitest'
import { type Capabilities, capabilitiesOf } from '../../src/server/capabilities.js'
import { parseServerVersion } from '../../src/server/server-version.js'

const of = (text: string): Capabilities => capabilitiesOf(parseServerVersion(text))

describe('the capabilities of a server', () => {
  it('are those that were measured on its release line', () => {
    expect(of('8.0.30-MatrixOne-v3.0.14')).toMatchObject({
      returning: false,
      generatedColumns: false,
      lockTimeoutErrno: 20400,
      lockTimeoutEndsTransaction: false,
      temporaryTablesInCatalog: 'absent',
      rankModes: ['pre', 'post', 'force'],
    })
    expect(of('8.0.30-MatrixOne-v4.1.4')).toMatchObject({
      returning: false,
      generatedColumns: true,
      lockTimeoutErrno: 1205,
      lockTimeoutEndsTransaction: true,
      temporaryTablesInCatalog: 'relkind r',
      rankModes: ['pre', 'post', 'force', 'auto'],
    })
    expect(of('8.0.30-MatrixOne-v4.2.0')).toMatchObject({
      returning: true,
      vectorOffsetSafe: true,
      temporaryTablesInCatalog: 'relkind temporary_table',
      rankModes: ['pre', 'post', 'force', 'auto', 'include'],
    })
    expect(of('v3.0.11-hotfix')).toEqual(of('v3.0.14'))
  })

  it('of a newer server or a nightly are all features, with every guard on', () => {
    for (const text of ['v4.3.0', 'v5.0.0', '8.0.30-MatrixOne-v20260826', '8.0.30-MatrixOne-v']) {
      expect(of(text)).toMatchObject({
        returning: true,
        narrowVectors: true,
        vectorOffsetSafe: false,
        deleteJoinWithoutWhereSafe: false,
        lockTimeoutEndsTransaction: true,
        primaryKeyUpdateOnIndexed: 'loses row',
        distanceTwice: false,
      })
    }
  })

  it('of an older or in-between server are the common features, with every guard on', () => {
    for (const text of ['v2.0.3', 'v4.0.0', 'v3.1.0']) {
      expect(of(text)).toMatchObject({
        returning: false,
        getLock: false,
        vectorOffsetSafe: false,
        lockTimeoutEndsTransaction: true,
        cloneIfNotExists: 'duplicates rows',
      })
    }
  })

  it('are typed by their values', () => {
    expectTypeOf<Capabilities['returning']>().toEqualTypeOf<boolean>()
    expectTypeOf<Capabilities['lockTimeoutErrno']>().toEqualTypeOf<20400 | 1205>()
    expectTypeOf<Capabilities['setWire']>().toEqualTypeOf<'bitmask' | 'text'>()
  })
})
