import { describe, expect, it } from 'vitest'
import { wantsColors } from '../../../codegen/report/colors.js'
import type { DriftReport, ReportedFinding } from '../../../codegen/report/report.js'
import { textReporter } from '../../../codegen/report/text.js'

const report: DriftReport = {
  expected: [{ name: 'db.schema.json', isFile: true }],
  actual: [{ name: 'the database at h:6001/shop', isFile: false }],
  tables: 2,
  findings: [],
  notes: [],
  fix: 'mo-codegen generate',
  exitCode: 1,
}
const write = textReporter({ colors: false })

describe('the text report', () => {
  it('says how much was compared when nothing differs', () => {
    expect(write(report)).toBe(
      'No drift: db.schema.json and the database at h:6001/shop agree on 2 tables.\n',
    )
  })

  it('states which side is which, groups by table and ends with the fix', () => {
    const text = write({
      ...report,
      findings: [
        {
          ruleId: 'column-removed',
          severity: 'breaking',
          table: 'a',
          column: 'x',
          expected: 'int',
          actual: null,
          message: 'a.x is gone.',
          location: { file: 'db.ts', line: 7, column: 3 },
          fix: 'alter table `a` add column `x` int',
        },
        {
          ruleId: 'table-comment-changed',
          severity: 'cosmetic',
          table: 'b',
          expected: null,
          actual: 'new',
          message: 'b has another comment.',
          location: null,
          fix: null,
        },
      ],
    })
    expect(text).toBe(`- db.schema.json
+ the database at h:6001/shop

a
  breaking  a.x is gone. column-removed db.ts:7:3
      - int
      to undo it: alter table \`a\` add column \`x\` int

b
  cosmetic  b has another comment. table-comment-changed
      + new

2 differences: 1 breaking, 1 cosmetic. To accept the + side, run: mo-codegen generate
`)
  })

  it('writes statements that can be copied: with their line breaks, those in literals as escapes', () => {
    const finding: ReportedFinding = {
      ruleId: 'table-removed',
      severity: 'breaking',
      table: 'a',
      expected: 'table with 1 column',
      actual: null,
      message: 'Table a is gone.',
      location: null,
      fix: "create table `a` (\n  `it's` int\n) comment = 'one\ntwo';\ncreate index `i` on `a` (`it's`)",
    }
    expect(write({ ...report, findings: [finding] })).toContain(
      `      to undo it: create table \`a\` (
        \`it's\` int
      ) comment = 'one\\ntwo';
      create index \`i\` on \`a\` (\`it's\`)
`,
    )
  })

  it('lets no control character of a comment reach the terminal', () => {
    const text = write({
      ...report,
      findings: [
        {
          ruleId: 'table-comment-changed',
          severity: 'cosmetic',
          table: 'a',
          expected: null,
          actual: '\u001b[2Jgone\nnext\u202e',
          message: 'a has another comment.',
          location: null,
          fix: null,
        },
      ],
    })
    expect(text).toContain('+ \\u001b[2Jgone\\nnext\\u202e\n')
  })
})

describe('colours', () => {
  it('are for terminals, and the environment has the last word', () => {
    expect(wantsColors({}, true)).toBe(true)
    expect(wantsColors({}, false)).toBe(false)
    expect(wantsColors({ FORCE_COLOR: '1' }, false)).toBe(true)
    expect(wantsColors({ FORCE_COLOR: '0' }, true)).toBe(false)
    expect(wantsColors({ NO_COLOR: '1' }, true)).toBe(false)
    expect(wantsColors({ TERM: 'dumb' }, true)).toBe(false)
  })
})
