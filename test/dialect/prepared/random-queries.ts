/** Random queries of the shapes that are prepared, over a table with a column of every kind that is compared. */
import fc from 'fast-check'
import type { SelectQueryBuilder } from 'kysely'
import type { MatrixOne } from 'kysely-matrixone'
import type { AnyTables } from '../../support/unconnected.js'

type Query = SelectQueryBuilder<AnyTables, 'every', object>

/** Columns with values of theirs as literals, and with others that they are compared with. */
const COLUMNS: Readonly<
  Record<string, { type: string; rows: readonly string[]; others: readonly unknown[] }>
> = {
  tiny: {
    type: 'tinyint',
    rows: ['0', '1', '-128', '127'],
    others: [0, 1, -128, 127, 128, 1.5, true],
  },
  tinyu: { type: 'tinyint unsigned', rows: ['0', '1', '255'], others: [0, 1, 255, -1, 256] },
  small: { type: 'smallint', rows: ['0', '-32768', '32767'], others: [0, -32768, 32767, 32768] },
  num: {
    type: 'int',
    rows: ['0', '5', '-2147483648', '2147483647'],
    others: [0, 5, 5n, -2147483648, 2147483648, '5'],
  },
  numu: {
    type: 'int unsigned',
    rows: ['0', '4294967295'],
    others: [0, 4294967295, 4294967296, -1],
  },
  big: {
    type: 'bigint',
    rows: ['0', '9007199254740993', '9223372036854775807', '-9223372036854775808'],
    others: [
      0,
      9007199254740993n,
      9223372036854775807n,
      -9223372036854775808n,
      9223372036854775808n,
    ],
  },
  ubig: {
    type: 'bigint unsigned',
    rows: ['0', '18446744073709551615'],
    others: [0, 18446744073709551615n, -1n],
  },
  dbl: {
    type: 'double',
    rows: ['0', '0.1', '-1.5', '1e300', '5'],
    others: [0, 0.1, -1.5, 1e300, 5, 0.30000000000000004, 5e-324],
  },
  flo: { type: 'float', rows: ['0', '0.1', '16777217'], others: [0, 0.1, 5] },
  dec: {
    type: 'decimal(20, 4)',
    rows: ['0', '1.5', '100.1234'],
    others: [0, 1, 1.5, '1.5', '1.49999'],
  },
  flag: { type: 'bool', rows: ['true', 'false'], others: [true, false, 1, 0] },
  vc: {
    type: 'varchar(100)',
    rows: ["'a'", "'A'", "'10'", "'a '", "''", "'😀'", "'2024-05-06'", "'x''y\\\\z'", "'%'"],
    others: [
      'a',
      'A',
      '10',
      'a ',
      '',
      '😀',
      '2024-05-06',
      "x'y\\z",
      '\0',
      'ä',
      '%',
      5,
      new Date(0),
    ],
  },
  ch: { type: 'char(10)', rows: ["'a'", "'a '", "'10'", "''"], others: ['a', 'a ', '10', ''] },
  tx: { type: 'text', rows: ["'a'", "'é'", "''"], others: ['a', 'é', 'e', ''] },
  en: { type: "enum('a', 'b', '1')", rows: ["'a'", "'b'", "'1'"], others: ['a', 'B', '1', 'c', 1] },
  da: {
    type: 'date',
    rows: ["'2024-05-06'", "'2000-01-01'"],
    others: ['2024-05-06', new Date('2024-05-06T00:00:00Z'), '2024-05-06 01:00:00'],
  },
  dt: {
    type: 'datetime(6)',
    rows: ["'2024-05-06 07:08:09.123456'", "'2024-05-06 07:08:09.123'", "'2024-05-06'"],
    others: [
      new Date('2024-05-06T07:08:09.123Z'),
      '2024-05-06 07:08:09.123456',
      '2024-05-06',
      new Date('2024-05-06T00:00:00Z'),
    ],
  },
  dt0: {
    type: 'datetime',
    rows: ["'2024-05-06 07:08:09'", "'2024-05-06'"],
    others: [new Date('2024-05-06T07:08:09.500Z'), '2024-05-06 07:08:09'],
  },
  ts: {
    type: 'timestamp(3)',
    rows: ["'2024-05-06 07:08:09.123'"],
    others: [new Date('2024-05-06T07:08:09.123Z'), '2024-05-06 07:08:09'],
  },
  ti: {
    type: 'time(3)',
    rows: ["'01:02:03.5'", "'-25:00:00'", "'00:00:00'"],
    others: ['01:02:03.5', '00:00:00'],
  },
  u: {
    type: 'uuid',
    rows: ["'01a1fdbf-79af-79fe-8e24-5fe74b7b5bfa'"],
    others: ['01a1fdbf-79af-79fe-8e24-5fe74b7b5bfa', '01A1FDBF-79AF-79FE-8E24-5FE74B7B5BFA', 'x'],
  },
  bi: {
    type: 'binary(4)',
    rows: ["x'00ff0a00'", "x'61000000'"],
    others: [Buffer.from('00ff0a00', 'hex'), Buffer.from('a')],
  },
  vb: {
    type: 'varbinary(10)',
    rows: ["x'80ff'", "'a'"],
    others: [Buffer.from('80ff', 'hex'), Buffer.from('a'), 'a'],
  },
  bl: {
    type: 'blob',
    rows: ["x'f09f9880'", "x'80'"],
    others: [Buffer.from('f09f9880', 'hex'), Buffer.from([0x80])],
  },
  js: { type: 'json', rows: ['\'{"n": 1}\'', "'[1]'"], others: ['[1]'] },
  bits: { type: 'bit(8)', rows: ['0', '5'], others: [0, 5] },
}

const names = Object.keys(COLUMNS)
const ROWS = 9

/** Statements that make the table and its rows. */
export function tableOfEveryKind(name: string): string[] {
  const columns = names.map((column) => `${column} ${COLUMNS[column]?.type}`).join(', ')
  const rows = Array.from({ length: ROWS }, (_, id) => {
    const values = names.map((column) => COLUMNS[column]?.rows[id] ?? 'null')
    return `(${id}, ${values.join(', ')})`
  })
  return [
    `create table ${name} (id int primary key, ${columns})`,
    `insert into ${name} values ${rows.join(', ')}`,
  ]
}

interface Comparison {
  readonly column: string
  readonly operator: (typeof OPERATORS)[number]
}

/** A query less its values. */
export interface Shape {
  readonly conditions: readonly Comparison[]
  readonly joinedBy: 'and' | 'or'
  readonly isNull: string | undefined
  readonly selected: readonly string[] | undefined
  readonly alias: boolean
  readonly limit: number | undefined
  readonly offset: number | undefined
}

const OPERATORS = ['=', '!=', '<>', '<', '<=', '>', '>='] as const

const column = fc.constantFrom('id', ...names)

export const shapes: fc.Arbitrary<Shape> = fc.record({
  conditions: fc.array(fc.record({ column, operator: fc.constantFrom(...OPERATORS) }), {
    minLength: 1,
    maxLength: 3,
  }),
  joinedBy: fc.constantFrom('and', 'or'),
  isNull: fc.option(column, { nil: undefined, freq: 4 }),
  selected: fc.option(fc.uniqueArray(column, { maxLength: 4 }), { nil: undefined, freq: 1 }),
  alias: fc.boolean(),
  limit: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined, freq: 1 }),
  offset: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 1 }),
})

/** Values for the conditions of a shape, mostly of its columns. */
export const valuesOf = ({ conditions }: Shape): fc.Arbitrary<readonly unknown[]> =>
  fc.tuple(
    ...conditions.map(({ column: name }) =>
      fc.oneof(
        { weight: 30, arbitrary: fc.constantFrom(...(COLUMNS[name]?.others ?? [0, 1, 5, 8, -1])) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(null, 'a', 1, 1.5, true, new Date(0), Buffer.from('a')),
        },
      ),
    ),
  )

/** The query of a shape with its values. */
export function queryOf(db: MatrixOne<AnyTables>, shape: Shape, values: readonly unknown[]): Query {
  const from = db.selectFrom((shape.alias ? 'every as e' : 'every') as 'every')
  // What is compared has to be in the result.
  const selected = shape.selected && [
    ...new Set([...shape.selected, ...shape.conditions.map((each) => each.column)]),
  ]
  const start: Query =
    selected === undefined
      ? from.selectAll().$castTo<object>()
      : from.select(selected).$castTo<object>()
  let query = start.where((eb) => {
    const comparisons = shape.conditions.map((each, index) =>
      eb(each.column, each.operator, values[index]),
    )
    const joined = shape.joinedBy === 'and' ? eb.and(comparisons) : eb.or(comparisons)
    return shape.isNull === undefined ? joined : eb.or([joined, eb(shape.isNull, 'is', null)])
  })
  if (shape.limit !== undefined) query = query.limit(shape.limit)
  if (shape.limit !== undefined && shape.offset !== undefined) query = query.offset(shape.offset)
  return query
}
