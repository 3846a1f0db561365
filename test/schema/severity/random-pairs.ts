/** Random tables and what becomes of them: DDL before and after, by a seed. */
import type { Differences } from '../../support/differences.js'

/** Abilities that a server may lack, and the tables then do without. */
export type Abilities = Pick<
  Differences,
  'arrayColumns' | 'checkConstraints' | 'generatedColumns' | 'geometryFunctions' | 'narrowVectors'
>

/** A number from 0 to below the given one. */
export type Random = (below: number) => number

export function makeRandom(seed: number): Random {
  let state = seed >>> 0 || 1
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39) >>> 0
    state = (state ^ (state >>> 12)) >>> 0
    return state % below
  }
}

interface ColumnSpec {
  readonly name: string
  readonly type: string
  readonly nullable?: boolean
  readonly default?: string
  readonly rest?: string
}

interface KeySpec {
  readonly name: string
  readonly columns: readonly string[]
}

interface TableSpec {
  readonly columns: readonly ColumnSpec[]
  readonly primary: readonly string[]
  readonly uniques: readonly KeySpec[]
  readonly indexes: readonly KeySpec[]
  readonly fulltext?: KeySpec
  readonly vector?: { readonly name: string; readonly metric: string }
  readonly foreign?: { readonly name: string; readonly onDelete: string; readonly onUpdate: string }
  readonly check?: { readonly name: string; readonly expression: string }
  readonly view?: { readonly list: readonly string[]; readonly where: string }
  readonly comment?: string
}

/** The name of a change, and the DDL on both sides. */
export interface RandomPair {
  readonly change: string
  readonly before: readonly string[]
  readonly after: readonly string[]
}

const kinds: readonly (readonly string[])[] = [
  ['tinyint', 'smallint', 'int', 'bigint', 'tinyint unsigned', 'int unsigned', 'bigint unsigned'],
  ['bit(8)', 'bit(16)', 'bit(64)'],
  ['decimal(6,0)', 'decimal(10,2)', 'decimal(12,2)', 'decimal(12,4)', 'decimal(10,4)'],
  ['float', 'double', 'float(5,2)', 'float(7,3)', 'double(10,2)'],
  ['bool', 'year', 'uuid', 'json', 'array(int)'],
  ['char(5)', 'varchar(5)', 'varchar(20)', 'char(20)', 'text'],
  ['binary(4)', 'binary(8)', 'varbinary(4)', 'varbinary(20)', 'blob'],
  [
    'date',
    'time',
    'time(3)',
    'datetime',
    'datetime(3)',
    'datetime(6)',
    'timestamp',
    'timestamp(3)',
  ],
  ["enum('a','b')", "enum('a','b','c')", "enum('b','a')", "enum('a','d')"],
  ["set('x','y')", "set('x','y','z')", "set('y','x')"],
  ["set('a','b','c','d','e','f')", "set('a','b','c','d','e','f','g')"],
  ['vecf32(3)', 'vecf64(3)', 'vecf32(4)', 'vecint8(3)', 'vecf16(3)'],
  ['point', 'geometry', 'linestring'],
]

const defaults: Readonly<Record<string, readonly string[]>> = {
  int: ['0', '1', "'1'", '(1)'],
  varchar: ["''", "'a'", "'b'"],
  datetime: ['current_timestamp', "'2024-01-01 00:00:00'"],
  timestamp: ['current_timestamp', "'2024-01-01 00:00:00'"],
  enum: ["'a'"],
  bool: ['true', 'false', '1'],
  decimal: ['1', '1.0', '2'],
}

const rules = ['restrict', 'no action', 'cascade', 'set null', 'set default']

const pick = <Item>(random: Random, list: readonly Item[]): Item =>
  list[random(list.length)] as Item

/** The types that the server has. */
function kindsOf(can: Abilities): readonly (readonly string[])[] {
  const missing = [
    ...(can.arrayColumns ? [] : ['array']),
    ...(can.narrowVectors ? [] : ['vecint8', 'vecf16']),
    ...(can.geometryFunctions ? [] : ['point', 'geometry', 'linestring']),
  ]
  const isKnown = (type: string): boolean => !missing.includes(type.replace(/\(.*/, ''))
  return kinds.map((kind) => kind.filter(isKnown)).filter((kind) => kind.length > 0)
}

function randomColumn(random: Random, name: string, can: Abilities): ColumnSpec {
  const type = pick(random, pick(random, kindsOf(can)))
  return withDefault(random, { name, type, nullable: random(3) === 0 })
}

function withDefault(random: Random, column: ColumnSpec): ColumnSpec {
  const { default: _old, ...rest } = column
  const known =
    defaults[/^[a-z]+/.exec(column.type)?.[0].replace(/^(tiny|small|big)int$/, 'int') ?? '']
  if (known === undefined || random(2) === 0) return rest
  return { ...rest, default: pick(random, known) }
}

function randomTable(random: Random, can: Abilities): TableSpec {
  const key = pick(random, ['int', 'bigint'])
  const hasForeign = random(3) === 0
  const columns: ColumnSpec[] = [
    { name: 'id', type: key, ...(random(3) === 0 && { rest: 'auto_increment' }) },
    { name: 'note', type: 'varchar(20)', nullable: true },
    { name: 'n', type: 'int' },
    { name: 's', type: 'varchar(20)', nullable: random(2) === 0 },
    ...Array.from({ length: 2 }, (_, at) => randomColumn(random, `c${at}`, can)),
    ...(random(4) === 0 && can.generatedColumns
      ? [{ name: 'g', type: 'int', nullable: true, rest: 'generated always as (n + 1) stored' }]
      : []),
    ...(random(4) === 0
      ? [
          {
            name: 'at',
            type: 'datetime',
            default: "'2024-01-02 03:04:05'",
            ...(random(2) && { rest: 'on update current_timestamp' }),
          },
        ]
      : []),
    { name: 'e', type: 'vecf32(3)', nullable: true },
    ...(hasForeign ? [{ name: 'pid', type: 'int', nullable: true, default: '1' }] : []),
  ]
  const isSearched = !hasForeign && random(3) === 0
  // Beside a foreign key or search index, MatrixOne 4.2.0 panics at every ON DUPLICATE KEY UPDATE.
  const unique = pick(
    random,
    hasForeign || isSearched ? [['n'], ['s']] : [['n'], ['s'], ['n', 's']],
  )
  return {
    columns,
    primary: random(6) === 0 && columns[0]?.rest === undefined ? ['id', 'n'] : ['id'],
    uniques: random(3) === 0 ? [{ name: 'uk', columns: unique }] : [],
    indexes: random(3) === 0 ? [{ name: 'ix', columns: ['n'] }] : [],
    ...(isSearched && random(2) === 0 && { fulltext: { name: 'ft', columns: ['s', 'note'] } }),
    ...(isSearched && random(2) === 0 && { vector: { name: 'vx', metric: 'l2' } }),
    ...(hasForeign && {
      foreign: { name: 'fk', onDelete: pick(random, rules), onUpdate: pick(random, rules) },
    }),
    ...(!isSearched &&
      random(4) === 0 &&
      can.checkConstraints && { check: { name: 'ck', expression: 'n > -5' } }),
    ...(random(3) === 0 && { view: { list: ['id', 'c0'], where: 'n > 3' } }),
  }
}

/** One change of a table; undefined where it has nothing to change in this way. */
type Mutation = (
  table: TableSpec,
  random: Random,
  can: Abilities,
) => readonly [string, TableSpec] | undefined

const replace = (table: TableSpec, column: ColumnSpec): TableSpec => ({
  ...table,
  columns: table.columns.map((one) => (one.name === column.name ? column : one)),
})

/** A column that the rest of the table does not lean on. */
const freeColumn = (table: TableSpec, random: Random): ColumnSpec =>
  pick(
    random,
    table.columns.filter(({ name }) => /^c\d$/.test(name)),
  )

const mutations: readonly Mutation[] = [
  (table, random, can) => {
    const column = freeColumn(table, random)
    const known = kindsOf(can)
    const family = known.find((kind) => kind.includes(column.type)) ?? []
    const type = pick(random, random(4) === 0 ? pick(random, known) : family)
    if (type === column.type) return undefined
    const { default: _default, ...rest } = column
    return [`${column.type} → ${type}`, replace(table, { ...rest, type })]
  },
  (table, random) => {
    const column = random(3) === 0 ? table.columns[3] : freeColumn(table, random)
    if (column === undefined) return undefined
    return [`null of ${column.name}`, replace(table, { ...column, nullable: !column.nullable })]
  },
  (table, random) => {
    const column = freeColumn(table, random)
    const changed = withDefault(random, column)
    if (changed.default === column.default) return undefined
    return [`default ${column.default} → ${changed.default}`, replace(table, changed)]
  },
  (table, random) => {
    if (table.columns.some(({ name }) => name === 'added')) return undefined
    const column = withDefault(random, { name: 'added', type: 'int', nullable: random(2) === 0 })
    return [
      `new ${column.nullable} ${column.default}`,
      { ...table, columns: [...table.columns, column] },
    ]
  },
  (table) => [
    'dropped c1',
    { ...table, columns: table.columns.filter(({ name }) => name !== 'c1') },
  ],
  (table) => {
    const at = table.columns.find(({ name }) => name === 'at')
    if (at === undefined) return undefined
    const { rest, ...bare } = at
    return [
      'on update',
      replace(table, rest ? bare : { ...bare, rest: 'on update current_timestamp' }),
    ]
  },
  (table, random) => {
    const g = table.columns.find(({ name }) => name === 'g')
    if (g === undefined) return undefined
    const rest = pick(random, [
      'generated always as (n + 2) stored',
      'generated always as (n + 1) virtual',
    ])
    return [rest, replace(table, { ...g, rest })]
  },
  (table, _random, can) => {
    if (!can.generatedColumns || table.columns.some(({ name }) => name === 'g')) return undefined
    // An expression that takes every value: `n + 1` would refuse the largest n.
    const rest = 'generated always as (length(s)) stored'
    const g = { name: 'g', type: 'int', nullable: true, rest }
    return ['new generated', { ...table, columns: [...table.columns, g] }]
  },
  (table) => {
    const [id] = table.columns
    if (id === undefined || table.primary.length > 1) return undefined
    const { rest, ...bare } = id
    return ['auto_increment', replace(table, rest ? bare : { ...bare, rest: 'auto_increment' })]
  },
  (table, random) => {
    const keys = [['id'], ['id', 'n'], ['n', 'id'], []].filter(
      (key) => key.join() !== table.primary.join() && (key.length === 1 || !table.columns[0]?.rest),
    )
    const primary = pick(random, keys)
    return primary === undefined
      ? undefined
      : [`key ${table.primary.join()} → ${primary.join()}`, { ...table, primary }]
  },
  (table, random) => {
    const [key] = table.uniques
    const uniques: readonly (readonly KeySpec[])[] =
      key === undefined
        ? [['n'], ['s'], ['id', 's'], ...(table.foreign ? [['pid', 'id']] : [])].map((columns) => [
            { name: 'uk', columns },
          ])
        : [
            [],
            [{ ...key, name: 'uk2' }],
            [{ ...key, columns: ['n', 's'] }],
            [key, { name: 'wide', columns: ['n', 's', 'note'] }],
          ]
    const chosen = pick(random, uniques)
    return [
      `unique ${JSON.stringify(table.uniques)} → ${JSON.stringify(chosen)}`,
      { ...table, uniques: chosen },
    ]
  },
  (table) => [
    'index',
    { ...table, indexes: table.indexes.length > 0 ? [] : [{ name: 'ix', columns: ['n', 's'] }] },
  ],
  (table, random) => {
    const { fulltext, ...rest } = table
    if (fulltext === undefined)
      return ['fulltext added', { ...rest, fulltext: { name: 'ft', columns: ['s'] } }]
    return pick<readonly [string, TableSpec]>(random, [
      ['fulltext removed', rest],
      [
        'fulltext order',
        { ...rest, fulltext: { ...fulltext, columns: fulltext.columns.toReversed() } },
      ],
      ['fulltext columns', { ...rest, fulltext: { ...fulltext, columns: ['s'] } }],
    ])
  },
  (table, random) => {
    const { vector, ...rest } = table
    if (vector === undefined)
      return ['vector added', { ...rest, vector: { name: 'vx', metric: 'l2' } }]
    return pick<readonly [string, TableSpec]>(random, [
      ['vector removed', rest],
      ['vector metric', { ...rest, vector: { ...vector, metric: 'cosine' } }],
      ['vector renamed', { ...rest, vector: { ...vector, name: 'vy' } }],
    ])
  },
  (table, random) => {
    const { foreign, ...rest } = table
    if (foreign === undefined) return undefined
    return pick<readonly [string, TableSpec]>(random, [
      ['foreign removed', rest],
      ['foreign renamed', { ...rest, foreign: { ...foreign, name: 'fk2' } }],
      ['foreign on delete', { ...rest, foreign: { ...foreign, onDelete: pick(random, rules) } }],
      ['foreign on update', { ...rest, foreign: { ...foreign, onUpdate: pick(random, rules) } }],
    ])
  },
  (table, random, can) => {
    const { check, ...rest } = table
    if (!can.checkConstraints) return undefined
    if (check === undefined)
      return ['check added', { ...rest, check: { name: 'ck', expression: 'n > -5' } }]
    return pick<readonly [string, TableSpec]>(random, [
      ['check removed', rest],
      ['check renamed', { ...rest, check: { ...check, name: 'ck2' } }],
      ['check changed', { ...rest, check: { ...check, expression: 'n > 4' } }],
    ])
  },
  (table, random) => {
    const { view } = table
    if (view === undefined) return undefined
    return pick<readonly [string, TableSpec]>(random, [
      ['view where', { ...table, view: { ...view, where: 'n > 4' } }],
      ['view column added', { ...table, view: { ...view, list: ['id', 'n', 'c0'] } }],
      ['view column removed', { ...table, view: { ...view, list: ['id'] } }],
      ['view both', { ...table, view: { list: ['id', 'n', 'c0'], where: 'n > 4' } }],
    ])
  },
  (table) => ['comment', { ...table, comment: 'new' }],
]

/** @param table the name of the table; its parent is `<table>p`, its view `<table>v` */
export function randomPair(random: Random, table: string, can: Abilities): RandomPair {
  const before = randomTable(random, can)
  const changes: string[] = []
  let after = before
  for (let left = 1 + (random(4) === 0 ? 1 : 0); left > 0;) {
    const mutated = pick(random, mutations)(after, random, can)
    if (mutated === undefined || !canExist(mutated[1])) continue
    changes.push(mutated[0])
    after = mutated[1]
    left--
  }
  return {
    change: changes.join(' and '),
    before: render(before, table),
    after: render(after, table),
  }
}

/** A search index needs a primary key (20101). */
function canExist({ primary, fulltext, vector }: TableSpec): boolean {
  return primary.length > 0 || (fulltext === undefined && vector === undefined)
}

function render(spec: TableSpec, table: string): readonly string[] {
  const list = (names: readonly string[]): string => `(${names.join(', ')})`
  const parts = [
    ...spec.columns.map(({ name, type, nullable, default: value, rest = '' }) => {
      const isComputed = rest.startsWith('generated')
      const nulls = isComputed ? '' : nullable ? ' null' : ' not null'
      return `${name} ${type}${nulls}${value === undefined ? '' : ` default ${value}`} ${rest}`.trim()
    }),
    ...(spec.primary.length > 0 ? [`primary key ${list(spec.primary)}`] : []),
    ...spec.uniques.map(({ name, columns }) => `unique key ${name} ${list(columns)}`),
    ...spec.indexes.map(({ name, columns }) => `key ${name} ${list(columns)}`),
    ...(spec.fulltext ? [`fulltext ${spec.fulltext.name} ${list(spec.fulltext.columns)}`] : []),
    ...(spec.vector
      ? [
          `key ${spec.vector.name} using ivfflat (e) lists = 1 op_type 'vector_${spec.vector.metric}_ops'`,
        ]
      : []),
    ...(spec.foreign
      ? [
          `constraint ${spec.foreign.name} foreign key (pid) references ${table}p (id) ` +
            `on delete ${spec.foreign.onDelete} on update ${spec.foreign.onUpdate}`,
        ]
      : []),
    ...(spec.check ? [`constraint ${spec.check.name} check (${spec.check.expression})`] : []),
  ]
  const hasParent = spec.columns.some(({ name }) => name === 'pid')
  return [
    ...(hasParent
      ? [`create table ${table}p (id int primary key)`, `insert into ${table}p values (1), (2)`]
      : []),
    `create table ${table} (${parts.join(', ')})${spec.comment === undefined ? '' : ` comment '${spec.comment}'`}`,
    ...(spec.view
      ? [
          `create view ${table}v as select ${spec.view.list.join(', ')} from ${table} where ${spec.view.where}`,
        ]
      : []),
  ]
}
