import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UntrustedMetadataError } from 'kysely-matrixone'
import { readRecoveryWindows, readWindows } from '../../../src/managers/restore/recovery-window.js'
import { dateOfMoTs, writeUtcText } from '../../../src/sql/time-hint.js'

const moTs = fc.bigInt({ min: 0n, max: 253_402_300_799_999_999_999n })
const name = fc.stringMatching(/^[a-z0-9_-]{1,20}$/)

describe('the windows of a table', () => {
  it('are read from single-quoted text, which no JSON parser takes', () => {
    const text =
      "[{'timestamp':'2026-11-21 08:33:10.990847378 +0000 UTC', 'source':'snapshot', 'source_name':'s'}, " +
      "{'start_time':'2026-11-21 08:33:11 +0000 UTC', 'end_time':'2026-11-21 09:00:00.5 +0000 UTC', 'source':'pitr', 'source_name':'p'}]"
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
    expect(readWindows(text)).toEqual([
      {
        source: 'snapshot',
        name: 's',
        at: new Date('2026-11-21T08:33:10.990Z'),
        moTs: 1_795_249_990_990_847_378n,
      },
      {
        source: 'pitr',
        name: 'p',
        from: new Date('2026-11-21T08:33:11Z'),
        to: new Date('2026-11-21T09:00:00.500Z'),
      },
    ])
    expect(readWindows(Buffer.from(text))).toHaveLength(2)
    expect(readWindows('[]')).toEqual([])
  })

  it('are all read, whatever names and times they have', () => {
    const snapshot = fc.record({ name, moTs })
    fc.assert(
      fc.property(fc.array(snapshot), (snapshots) => {
        const text = `[${snapshots.map((s) => `{'timestamp':'${writeUtcText(s.moTs)} +0000 UTC', 'source':'snapshot', 'source_name':'${s.name}'}`).join(', ')}]`
        expect(readWindows(text)).toEqual(
          snapshots.map((s) => ({
            source: 'snapshot',
            name: s.name,
            at: dateOfMoTs(s.moTs),
            moTs: s.moTs,
          })),
        )
      }),
    )
  })

  it('are not guessed when the server writes them otherwise', () => {
    expect(() => readWindows("[{'source':'backup', 'source_name':'b'}]")).toThrow(
      UntrustedMetadataError,
    )
  })

  it('leave out hidden index tables', () => {
    const row = { AccountName: 'sys', DatabaseName: 'd', RecoveryWindows: '[]' }
    const rows = [
      { ...row, TableName: 't' },
      { ...row, TableName: '__mo_index_secondary_01' },
    ]
    expect(readRecoveryWindows(rows).map(({ table }) => table)).toEqual(['t'])
  })
})
