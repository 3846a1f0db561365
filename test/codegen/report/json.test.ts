import { describe, expect, it } from 'vitest'
import { reporterNames } from '../../../codegen/report/report.js'
import type { DriftReport } from '../../../codegen/report/report.js'
import { makeReporter } from '../../../codegen/report/reporters.js'

const report: DriftReport = {
  expected: [{ name: 'db.schema.json', isFile: true }],
  actual: [{ name: 'the database at h:6001/shop', isFile: false }],
  tables: 2,
  findings: [
    {
      ruleId: 'column-removed',
      severity: 'breaking',
      table: 'a\u001b[2J',
      column: 'x',
      expected: 'int',
      actual: null,
      message: 'a.x is gone.',
      location: null,
      fix: null,
    },
  ],
  notes: ['A note.'],
  fix: 'mo-codegen generate',
  exitCode: 1,
}

describe('the reporters', () => {
  it('are found by name, and each writes a report that ends its line', () => {
    for (const name of reporterNames) {
      expect(makeReporter(name, { colors: false })(report)).toMatch(/column-removed[^]*\n$/)
    }
  })
})

describe('the JSON report', () => {
  const write = makeReporter('json', { colors: true })

  it('has a stable shape with findings, counts and exit code', () => {
    expect(JSON.parse(write(report))).toEqual({
      reportVersion: 1,
      exitCode: 1,
      expected: 'db.schema.json',
      actual: 'the database at h:6001/shop',
      tables: 2,
      counts: { total: 1, breaking: 1, additive: 0, cosmetic: 0 },
      findings: report.findings,
      notes: ['A note.'],
      fix: 'mo-codegen generate',
    })
  })

  it('has no fix where nothing differs', () => {
    expect(JSON.parse(write({ ...report, findings: [], exitCode: 0 }))).toMatchObject({
      exitCode: 0,
      counts: { total: 0 },
      findings: [],
      fix: null,
    })
  })

  it('lets no control character through', () => {
    expect(write(report)).not.toContain('\u001b')
  })
})
