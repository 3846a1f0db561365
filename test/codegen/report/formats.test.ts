import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeReporter } from '../../../codegen/report/reporters.js'
import {
  type DriftReport,
  parseReporter,
  type ReportedFinding,
  type ReporterName,
  reporterNames,
} from '../../../codegen/report/report.js'

const finding: ReportedFinding = {
  ruleId: 'column-removed',
  severity: 'breaking',
  table: 'articles',
  column: 'title',
  expected: 'varchar(200) not null',
  actual: null,
  message: 'articles.title is gone.',
  location: { file: 'generated/db.ts', line: 12, column: 3 },
  fix: 'alter table `articles` add column `title` varchar(200) not null',
}
const added: ReportedFinding = {
  ruleId: 'table-added',
  severity: 'additive',
  table: 'authors',
  expected: null,
  actual: 'table with 2 columns',
  message: 'Table authors is new.',
  location: null,
  fix: 'drop table `authors`',
}
const report = (...findings: readonly ReportedFinding[]): DriftReport => ({
  expected: [{ name: 'db.schema.json', isFile: true }],
  actual: [{ name: 'the database at h:6001/shop', isFile: false }],
  tables: 2,
  findings,
  notes: ['A note.'],
  fix: 'mo-codegen generate',
  exitCode: findings.length > 0 ? 1 : 0,
})
const write = (name: ReporterName, ...findings: readonly ReportedFinding[]): string =>
  makeReporter(name, { colors: false })(report(...findings))

describe('a reporter', () => {
  it('is named with the file that its report goes to', () => {
    expect(parseReporter('text')).toEqual({ name: 'text' })
    expect(parseReporter('sarif=out/a=b.sarif')).toEqual({ name: 'sarif', file: 'out/a=b.sarif' })
    for (const unknown of ['', '=', 'sarif=', 'junit', 'Text', 'text ', '=x']) {
      expect(parseReporter(unknown)).toBeUndefined()
    }
  })
})

describe('the GitHub report', () => {
  it('annotates the line of the generated member', () => {
    expect(write('github', finding)).toBe(
      '::error file=generated/db.ts,line=12,col=3,title=breaking%3A column-removed::' +
        'articles.title is gone.%0A- varchar(200) not null\n::notice::A note.\n',
    )
  })

  it('warns of what is only new, without a line where there is no file', () => {
    expect(write('github', added)).toContain(
      '::warning title=additive%3A table-added::Table authors is new.%0A+ table with 2 columns\n',
    )
  })

  it('says so when nothing differs', () => {
    expect(write('github')).toBe(
      '::notice::A note.\nNo drift: db.schema.json and the database at h:6001/shop agree.\n',
    )
  })

  it('writes no command but its own, whatever the names are', () => {
    const hostile = fc.string({
      unit: fc.oneof(fc.constantFrom('\n', '\r', ':', '::', '%', '%0A', ',', '##['), fc.string()),
    })
    fc.assert(
      fc.property(hostile, hostile, (text, file) => {
        const location = { file, line: 1, column: 1 }
        const lines = write('github', { ...finding, message: text, actual: text, location })
          .trimEnd()
          .split('\n')
        expect(lines).toHaveLength(2)
        expect(lines[0]).toMatch(/^::error file=[^,:\r]*,line=1,col=1,title=[^,:]*::[^\r\n]*$/)
      }),
    )
  })
})

describe('the GitLab report', () => {
  it('is a list of Code Quality violations', () => {
    expect(JSON.parse(write('gitlab', finding, added))).toEqual([
      {
        description: 'articles.title is gone.',
        check_name: 'column-removed',
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        severity: 'major',
        location: { path: 'generated/db.ts', lines: { begin: 12 } },
      },
      {
        description: 'Table authors is new.',
        check_name: 'table-added',
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        severity: 'minor',
        location: { path: 'db.schema.json', lines: { begin: 1 } },
      },
    ])
    expect(JSON.parse(write('gitlab'))).toEqual([])
  })
})

describe('the SARIF report', () => {
  interface Log {
    readonly version: string
    readonly runs: readonly {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
      readonly results: readonly {
        readonly ruleId: string
        readonly ruleIndex: number
        readonly level: string
        readonly message: { readonly text: string }
        readonly locations?: readonly unknown[]
        readonly partialFingerprints: Readonly<Record<string, string>>
      }[]
    }[]
  }
  const log = (...findings: readonly ReportedFinding[]): Log =>
    JSON.parse(write('sarif', ...findings)) as Log

  it('has one run, whose results name their rule, level, line and fingerprint', () => {
    const { version, runs } = log(finding, added)
    expect(version).toBe('2.1.0')
    expect(runs).toHaveLength(1)
    const [{ tool, results } = { tool: { driver: { rules: [] } }, results: [] }] = runs
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(['column-removed', 'table-added'])
    expect(results[0]).toEqual({
      ruleId: 'column-removed',
      ruleIndex: 0,
      level: 'error',
      message: { text: 'articles.title is gone. Expected: varchar(200) not null.' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'generated/db.ts' },
            region: { startLine: 12, startColumn: 3 },
          },
        },
      ],
      partialFingerprints: {
        'moCodegenFinding/v1': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      },
      properties: { severity: 'breaking' },
    })
    expect(results[1]?.locations).toMatchObject([
      { physicalLocation: { artifactLocation: { uri: 'db.schema.json' } } },
    ])
  })

  it('keeps a fingerprint wherever the line moves and whatever the values are', () => {
    const moved = {
      ...finding,
      expected: 'text',
      location: { file: 'x.ts', line: 99, column: 1 },
    }
    const of = (one: ReportedFinding): unknown => log(one).runs[0]?.results[0]?.partialFingerprints
    expect(of(moved)).toEqual(of(finding))
    expect(of({ ...finding, column: 'other' })).not.toEqual(of(finding))
    expect(of({ ...finding, ruleId: 'column-added' })).not.toEqual(of(finding))
  })

  it('makes no link of a name', () => {
    const text = log({ ...finding, message: '[x](https://evil.example)' }).runs[0]?.results[0]
    expect(text?.message.text).toMatch(/^\\\[x\\\]\(/)
  })
})

describe('the Markdown report', () => {
  it('has a table of the findings', () => {
    expect(write('markdown', finding)).toBe(
      [
        '### Schema drift: 1 breaking',
        '',
        'Expected: `db.schema.json`. Actual: `the database at h:6001/shop`.',
        '',
        '| severity | finding | expected | actual | where |',
        '|---|---|---|---|---|',
        '| breaking | articles.title is gone. `column-removed` | `varchar(200) not null` |  | `generated/db.ts:12` |',
        '',
        'To accept the actual side, run `mo-codegen generate`.',
        '',
        '- A note.',
        '',
      ].join('\n'),
    )
    expect(write('markdown')).toContain('### No schema drift')
  })

  it('keeps a finding in its row, without markup of its own', () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.constantFrom('`', '``', '|', '\n', '<b>', '[', '](', '@', '\\'),
        fc.string(),
      ),
    })
    const rowOf = (one: ReportedFinding): string =>
      write('markdown', one)
        .split('\n')
        .find((line) => line.startsWith('| breaking')) ?? ''
    fc.assert(
      fc.property(hostile, (text) => {
        const row = rowOf({ ...finding, message: text, expected: null, location: null })
        const prose = row.replaceAll(/\\[^]/g, '').replace('`column-removed`', '')
        expect(prose).not.toMatch(/[`[*_]|<|@/)
        expect(prose.split('|')).toHaveLength(7)
      }),
    )
    fc.assert(
      fc.property(hostile, (text) => {
        const row = rowOf({ ...finding, message: 'm', expected: text, location: null })
        const [, fence = '', inside = ''] =
          /^\| breaking \| m `column-removed` \| (`*)([^]*)\1 \| {2}\| {2}\|$/.exec(row) ?? []
        expect(inside.match(/`+/g) ?? []).not.toContain(fence)
        expect(inside).not.toMatch(/(?<!\\)\|/)
        expect(fence === '').toBe(text === '')
      }),
    )
  })
})

describe('every report', () => {
  it('lets no control character through and ends its line', () => {
    for (const name of reporterNames) {
      const written = write(name, { ...finding, message: 'a\u001b[2J\u202e', expected: '\u0007' })
      expect(written).toMatch(/\n$/)
      expect(written).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
    }
  })
})
