import { ts } from 'ts-morph'
import { describe, expect, it } from 'vitest'
import { attribute, type NamedFinding } from '../../../codegen/impact/attribute.js'
import type { ReportedFinding } from '../../../codegen/report/report.js'

const finding = (
  ruleId: ReportedFinding['ruleId'],
  table: string,
  column?: string,
  types: readonly string[] = [],
): NamedFinding => ({
  finding: {
    ruleId,
    severity: 'breaking',
    table,
    ...(column !== undefined && { column }),
    expected: null,
    actual: null,
    message: `${ruleId} ${table} ${column ?? ''}`.trim(),
    location: null,
    fix: null,
  },
  table: table.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
  column,
  types,
})
const index = finding('vector-index-changed', 'orders')
const orders = finding('table-removed', 'orders', undefined, ['Orders', 'NewOrder'])
const tags = finding('table-removed', 'tags')
const lineItems = finding('table-removed', 'line_items')
const tables = ['orders', 'tags', 'line_items', 'lineItems', 'users']

/** The program marks the error with `«»`. */
function explain(code: string, message: string, findings: readonly NamedFinding[]): string | null {
  const start = code.indexOf('«')
  const text = code.replace(/«(.*?)»/s, '$1')
  const length = code.indexOf('»') - start - 1
  const file = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, true)
  return attribute({ file, start, length, code: 0, message }, findings, tables)?.message ?? null
}

describe('the finding that explains an error', () => {
  it.each([
    [
      'is not the change of an index where nothing is searched',
      "db.insertInto('tags').values({ «note»: 1 })",
      `Object literal may only specify known properties, and 'note' does not exist in type 'InsertExpression<DB, "orders" | "users">'.`,
      [index, tags],
      'table-removed tags',
    ],
    [
      'is the change of an index where something is searched',
      "db.vectorSearch('orders', «'embedding'», [1])",
      `Argument of type '"embedding"' is not assignable to parameter of type 'never'.`,
      [tags, finding('fulltext-index-removed', 'orders'), index],
      'vector-index-changed orders',
    ],
    [
      'is not about a column of another table than the statement names',
      "db.selectFrom('tags').select(«'label'»)",
      'No overload matches this call.',
      [finding('column-type-changed', 'users', 'label'), tags],
      'table-removed tags',
    ],
    [
      'is not a column that the message shows in an object',
      "rows[0].«amount», db.selectFrom('tags')",
      "Property 'amount' does not exist on type '{ id: number; title: boolean; }'.",
      [finding('column-type-changed', 'users', 'title'), tags],
      'table-removed tags',
    ],
    [
      'is what the statement names before the error',
      "db.selectFrom('tags').«innerJoin»('orders', 'orders.id', 'tags.id')",
      'This expression is not callable.',
      [orders, tags],
      'table-removed tags',
    ],
    [
      'is what stands last before the error',
      "db.selectFrom('users').select((eb) => ['users.label', eb.selectFrom('tags').«whereRef»('tags.id', '=', 'users.id')])",
      'This expression is not callable.',
      [finding('column-removed', 'users', 'label'), tags],
      'table-removed tags',
    ],
    [
      'is a table by the name of its interface',
      "import type { «Orders» } from './db.js'",
      `Module '"./db.js"' has no exported member 'Orders'.`,
      [tags, orders],
      'table-removed orders',
    ],
    [
      'is a table by its own name in the schema value',
      "schema.tables[«'line_items'»]",
      "Element implicitly has an 'any' type.",
      [tags, lineItems],
      'table-removed line_items',
    ],
    [
      'is what the function names, where the statement names nothing',
      "async function f() { const rows = await db.selectFrom('tags').selectAll().execute()\nreturn rows.map((«row») => row.id) }",
      "Parameter 'row' implicitly has an 'any' type.",
      [tags],
      'table-removed tags',
    ],
    ...[
      "Property 'extra' is missing in type '{ note: number }'.",
      "Type '{ note: number }' is missing the following properties from type '{ extra: number; id: number }': extra, id",
    ].map((message): [string, string, string, NamedFinding[], string] => [
      `is what a whole object has not: ${message}`,
      "db.insertInto('users').values(«{ note: 1 }»)",
      message,
      [
        finding('column-nullability-changed', 'users', 'note'),
        finding('column-added', 'users', 'extra'),
      ],
      'column-added users extra',
    ]),
  ])('%s', (_, code, message, findings, expected) => {
    expect(explain(code, message, findings)).toBe(expected)
  })

  it('is a table of the function before a column of another table that the statement names', () => {
    const code =
      "async function f() { const rows = await db.selectFrom('tags').selectAll().execute()\nreturn rows.map((«row») => row.label) }"
    const found = [finding('column-removed', 'users', 'label'), tags]
    const message = "Parameter 'row' implicitly has an 'any' type."
    expect(explain(code, message, found)).toBe('table-removed tags')
    expect(explain(code, message, found.slice(0, 1))).toBe('column-removed users label')
  })

  it('is none where the function names several', () => {
    const code =
      "function f({ label: a, note: b }: Selectable<DB['users']>) { const «kept»: Date = a\nuse(b) }"
    const found = ['label', 'note'].map((column) => finding('column-removed', 'users', column))
    expect(explain(code, "Type 'string' is not assignable to type 'Date'.", found)).toBe(null)
  })
})
