import { ts } from 'ts-morph'
import { describe, expect, it } from 'vitest'
import { findSqlUses } from '../../../codegen/impact/sql-uses.js'
import type { NamedFinding } from '../../../codegen/impact/attribute.js'

const gone = (
  table: string,
  column: string,
  inProgram = column,
  tableInProgram = table,
): NamedFinding => ({
  finding: {
    ruleId: 'column-removed',
    severity: 'breaking',
    table,
    column,
    expected: 'int',
    actual: null,
    message: `${table}.${column} is gone.`,
    location: null,
    fix: null,
  },
  table: tableInProgram,
  column: inProgram,
  types: [],
})
const tables = ['customers', 'orders', 'title', 'order_totals', 'orderTotals']
const usesOf = (program: string, named: NamedFinding): readonly string[] => {
  const file = ts.createSourceFile('a.ts', program, ts.ScriptTarget.Latest, true)
  return findSqlUses(file, [named], tables).map(({ text }) => text)
}
const head = "import { sql } from 'kysely'\n"

describe('SQL text that names a column', () => {
  it.each([
    ['a plain name', 'sql`select credit from customers`', gone('customers', 'credit')],
    ['whatever its case', 'sql`select CREDIT from customers`', gone('customers', 'credit')],
    ['with a row type', 'sql<Row>`select credit`', gone('customers', 'credit')],
    ['a name that has to be quoted', 'sql`select \\`x-y\\` from t`', gone('t', 'x-y')],
    ['a name of other scripts', 'sql`select 客户 from t`', gone('t', '客户')],
    ['a reference', "db.orderBy(sql.ref('customers.credit'))", gone('customers', 'credit')],
    [
      'beside the same column of another table',
      'sql`select orders.credit, c.credit from orders join customers c on 1`',
      gone('customers', 'credit'),
    ],
    ['raw text', "sql.raw('order by credit')", gone('customers', 'credit')],
    ['in a template of a template', 'sql`${sql`credit`} > 1`', gone('customers', 'credit')],
    ['once', "sql`${sql.ref('credit')} ${sql.id('credit')}`", gone('customers', 'credit')],
    [
      'beside another table',
      'sql`select credit from orders o join Customers c on c.id = o.id`',
      gone('customers', 'credit'),
    ],
    [
      'where no table is known',
      'sql`select credit from ${sql.table(t)}`',
      gone('customers', 'credit'),
    ],
    [
      'a table in a text is none',
      "sql`select credit from ${t} where kind = 'orders'`",
      gone('customers', 'credit'),
    ],
    ['a column called as a table', 'sql`select title from ${t}`', gone('customers', 'title')],
    [
      'a name that a plugin changes',
      "sql`${sql.ref('orderTotals.linesN')}`",
      gone('order_totals', 'lines_n', 'linesN', 'orderTotals'),
    ],
  ])('is found: %s', (_, program, named) => {
    expect(usesOf(head + program, named)).toHaveLength(1)
  })

  it('is about an index only where it has MATCH, and about a key nowhere', () => {
    const program = `${head}sql\`select 1 from customers where match (note) against ('a')\``
    const about = (ruleId: 'fulltext-index-removed' | 'unique-key-removed'): NamedFinding => {
      const { column: _, ...finding } = gone('customers', 'credit').finding
      return { finding: { ...finding, ruleId }, table: 'customers', column: undefined, types: [] }
    }
    expect(usesOf(program, about('fulltext-index-removed'))).toHaveLength(1)
    expect(usesOf(program, about('unique-key-removed'))).toEqual([])
    expect(usesOf(`${head}sql\`table customers\``, about('fulltext-index-removed'))).toEqual([])
  })

  it('is found under another name of sql', () => {
    const program = "import { sql as raw } from 'kysely'\nraw`select credit from customers`"
    expect(usesOf(program, gone('customers', 'credit'))).toEqual(['`select credit from customers`'])
  })

  it.each(['sql`${sql.id(name)} ${sql.ref(x.id)}`', "sql.id('name')", 'sql`select ${id}`'])(
    'is not the code around it: %s',
    (program) => {
      expect(usesOf(head + program, gone('customers', 'id'))).toEqual([])
    },
  )

  it.each([
    'sql`select credits, x_credit from customers`',
    'sql`select credit from orders`',
    "sql`select ${sql.ref('credit')} from ${sql.table('orders')}`",
    "sql`select id from customers where note = 'credit'`",
    'sql`select orders.credit, \\`orders\\`.\\`credit\\` from orders join customers on 1`',
    'html`select credit from customers`',
    '`select credit from customers`',
  ])('is not found in %s', (program) => {
    expect(usesOf(head + program, gone('customers', 'credit'))).toEqual([])
  })
})
