import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CdcError, UnsupportedError } from 'kysely-matrixone'
import { readCheckpoint, readTask } from '../../../src/managers/cdc/read-task.js'
import { writeUrl } from '../../../src/managers/cdc/write-create.js'

const hex = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('hex')

const row = {
  task_id: 'id',
  task_name: 'n',
  source_uri: hex({ _: ',', user: 'acme#ann', ip: '127.0.0.1', port: 6001, reserved: '' }),
  sink_uri: hex({ _: ',', user: 'root', ip: 'db', port: 3306, reserved: '' }),
  state: 'running',
  err_msg: '',
  checkpoint: '{\n}',
  timestamp: '2026-11-21 11:52:24.409389117 +0000 UTC',
}

describe('a row of SHOW CDC', () => {
  it('is read without a table that has arrived', () => {
    expect(readTask(row)).toEqual({
      id: 'id',
      name: 'n',
      state: 'running',
      source: { host: '127.0.0.1', port: 6001, account: 'acme', user: 'ann' },
      sink: { host: 'db', port: 3306, account: null, user: 'root' },
      error: null,
      tables: [],
      lag: null,
      observedAt: new Date('2026-11-21T11:52:24.409Z'),
    })
  })

  it('is an error when its address is not what 4.2.0 sends, and does not repeat it', () => {
    expect(() => readTask({ ...row, sink_uri: 'mysql://root:secret@x' })).toThrow(CdcError)
    expect(() => readTask({ ...row, sink_uri: 'mysql://root:secret@x' })).not.toThrow(/secret/)
  })

  it('tells each table’s lag and error', () => {
    const checkpoint =
      '{\n  "d.t": 2026-11-21 11:52:23.409389117 +0000 UTC,\n' +
      '  "d.u": 2026-11-21 11:52:14 +0000 UTC(Failed, error: N:1: no such table d.u),\n' +
      '  "d.w": 2026-11-21 11:52:24.5 +0000 UTC (Failed, error: (a), "b": c\n),\n}'
    expect(readTask({ ...row, checkpoint })).toMatchObject({
      lag: 10_409,
      tables: [
        { table: 'd.t', lag: 1000, error: null, moTs: 1_795_261_943_409_389_117n },
        { table: 'd.u', lag: 10_409, error: 'N:1: no such table d.u' },
        { table: 'd.w', lag: 0, error: '(a), "b": c\n' },
      ],
    })
  })

  it('finds every table, whatever the tables and errors are named', () => {
    const line = fc.tuple(
      fc.stringMatching(/^[a-z.:"', é]{1,20}$/),
      fc.option(fc.stringMatching(/^[a-z :(')"0-9]{0,20}[a-z]$/), { nil: null }),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.map(
          ([table, error]) =>
            `  "${table}": 2026-11-21 11:52:23.4 +0000 UTC${error === null ? '' : `(Failed, error: ${error})`},\n`,
        )
        const read = readCheckpoint(`{\n${text.join('')}}`, 0n)
        expect(read.map(({ table, error }) => [table, error])).toEqual(lines)
      }),
    )
  })
})

describe('the URL of an endpoint', () => {
  it('keeps user and password whatever they are made of', () => {
    const credentials = fc.string({ unit: 'grapheme', minLength: 1 })
    fc.assert(
      fc.property(credentials, credentials, (user, password) => {
        const url = writeUrl({ host: 'db', port: 6001, user, password, account: 'acme' }, true)
        const [, readUser = '', readPassword = ''] =
          /^mysql:\/\/acme#([^:@'"]*):([^:@'"]*)@db:6001$/.exec(url) ?? []
        expect([decodeURIComponent(readUser), decodeURIComponent(readPassword)]).toEqual([
          user,
          password,
        ])
      }),
    )
  })

  it('takes them as they are before 4.2, which decodes nothing, but no @ and no colon', () => {
    const endpoint = { host: 'db', port: 6001, user: "o'x", password: 'a%/#b?' }
    expect(writeUrl(endpoint, false)).toBe("mysql://o'x:a%/#b?@db:6001")
    for (const secret of ['p@ss', 'p:ss']) {
      expect(() => writeUrl({ ...endpoint, user: secret }, false)).toThrow(UnsupportedError)
      expect(() => writeUrl({ ...endpoint, password: secret }, false)).toThrow(
        /^(?!.*p[@:]ss).*before 4\.2 cuts the URL/,
      )
    }
  })
})
