import { describe, expect, it } from 'vitest'
import { joinReports, type TargetReport } from '../../../codegen/commands/join-reports.js'
import type { Breakage, Impact, ReportedFinding } from '../../../codegen/report/report.js'

const dropped = (file: string): ReportedFinding => ({
  ruleId: 'column-removed',
  severity: 'breaking',
  table: 'articles',
  column: 'title',
  expected: 'varchar(200)',
  actual: null,
  message: 'articles.title is gone',
  location: { file, line: 1, column: 1 },
  fix: null,
})
const breakage = (line: number, code: string | null = 'TS2339'): Breakage => ({
  location: { file: 'src/app.ts', line, column: 1 },
  code,
  message: `line ${line}`,
})
const report = (compared: readonly string[], impact?: Impact['findings']): TargetReport => ({
  compared,
  report: {
    expected: [{ name: 'db.ts', isFile: true }],
    actual: [{ name: 'the database', isFile: false }],
    tables: compared.length,
    findings: impact?.flatMap(({ finding }) => finding ?? []) ?? [],
    notes: [],
    ...(impact && { impact: { program: 'tsconfig.json', findings: impact } }),
    fix: null,
    exitCode: 0,
  },
})

describe('the report of several targets', () => {
  it('counts a table once, however many targets have it', () => {
    const joined = joinReports([report(['articles', 'authors']), report(['authors', 'tags'])])
    expect(joined.tables).toBe(3)
  })

  it('names a place of the program once, below the first finding that breaks it', () => {
    const [a, b] = [dropped('a.ts'), dropped('b.ts')]
    const { impact, findings } = joinReports([
      report(['articles'], [{ finding: a, breakages: [breakage(1, null), breakage(2)] }]),
      report(['articles'], [{ finding: b, breakages: [breakage(1, null), breakage(3)] }]),
    ])
    expect(findings).toEqual([a, b])
    expect(impact?.findings).toEqual([
      { finding: a, breakages: [breakage(1, null), breakage(2)] },
      { finding: b, breakages: [breakage(3)] },
    ])
  })

  it('drops a finding that breaks nothing else, and has one group for what no finding explains', () => {
    const [a, b] = [dropped('a.ts'), dropped('b.ts')]
    const { impact } = joinReports([
      report(
        ['articles'],
        [
          { finding: a, breakages: [breakage(1)] },
          { finding: null, breakages: [breakage(4)] },
        ],
      ),
      report(
        ['articles'],
        [
          { finding: b, breakages: [breakage(1)] },
          { finding: null, breakages: [breakage(4), breakage(5)] },
        ],
      ),
    ])
    expect(impact?.findings).toEqual([
      { finding: a, breakages: [breakage(1)] },
      { finding: null, breakages: [breakage(4), breakage(5)] },
    ])
  })
})
