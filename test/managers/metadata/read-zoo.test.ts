import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MetadataManager } from '../../../src/managers/metadata/metadata-manager.js'
import type { DatabaseMetadata } from '../../../src/managers/metadata/metadata-types.js'
import type { TableModel } from '../../../src/schema/schema-model.js'
import { typeText } from '../../../src/schema/type-text.js'
import { loadZoo } from '../../fixtures/zoo/load-zoo.js'
import { zooStatements } from '../../fixtures/zoo/zoo-statements.js'
import { useServer } from '../../support/server.js'
import { type Session, openSession } from './metadata-support.js'

const server = useServer(import.meta.url)
const database = 'kmo_metadata_zoo'

let session: Session
let zoo: DatabaseMetadata

beforeAll(async () => {
  session = openSession(server.options)
  await loadZoo(session.sql, database, server.can)
  session.sent.length = 0
  zoo = await new MetadataManager(session.db).read()
})

afterAll(async () => {
  await session.sql(`drop database if exists ${database}`)
  session.close()
})

function table(name: string): TableModel {
  const found = zoo.tables.find((each) => each.name === name)
  if (found === undefined) throw new Error(`the zoo has no ${name}`)
  return found
}

/** The declared types of all columns but the key, in order. */
function typesOf(name: string): readonly string[] {
  return table(name)
    .columns.slice(1)
    .map(({ type }) => typeText(type))
}

function defaultsOf(name: string): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    table(name)
      .columns.slice(1)
      .map((column) => [column.name, column.default ?? null]),
  )
}

function optionalOf(name: string): readonly string[] {
  return table(name)
    .columns.filter(({ insertOptional }) => insertOptional)
    .map((column) => column.name)
}

describe('reading the zoo', () => {
  it('takes six queries for any number of tables, two more for partitions, and one for each view', () => {
    const views = zoo.tables.filter(({ kind }) => kind === 'view')
    const broken = views.filter((view) => view.broken !== undefined)
    // 3.0.x has refused the first one, for its clock, and keeps partitions elsewhere. A broken view is
    // asked twice, and then the tables once more.
    const catalog = server.can.utcTimestampFraction ? 6 : 7
    const partitions = server.can.partitionInShowCreate ? 2 : 1
    expect(session.sent).toHaveLength(catalog + partitions + views.length + broken.length + 1)
    const hints = new Set(session.sent.flatMap((sql) => sql.match(/\{mo_ts = \d+\}/g) ?? []))
    expect(hints.size).toBe(1)
  })

  it('lists exactly what SHOW TABLES lists', async () => {
    const shown = await session.sql('show tables')
    const names = shown.map((row) => String(Object.values(row)[0]))
    expect(zoo.tables.map(({ name }) => name)).toEqual(names.toSorted())
    expect(zoo.tables.length).toBeGreaterThan(100)
  })

  it('says whose it is, freezes everything and says where it comes from', () => {
    expect(zoo).toMatchObject({
      name: database,
      serverVersion: server.version,
      subscription: null,
      source: 'catalog',
    })
    expect(isDeeplyFrozen(zoo)).toBe(true)
    expect(JSON.parse(JSON.stringify(zoo))).toEqual(zoo)
  })

  it('has no sequence, temporary table, partition or index table', () => {
    const names = zoo.tables.map(({ name }) => name)
    expect(names).not.toContain('s_sequence')
    expect(names.filter((name) => /s_temporary|%!%p\d|__mo_index/.test(name))).toEqual([])
  })

  it("keeps odd names, names like the server's own, and their columns", () => {
    expect(zoo.tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        '1st_key',
        'class',
        'a-b',
        'select',
        ...(server.can.quotesInTableNames ? ['back`tick', "it's"] : []),
        'back\\slash',
        '😀',
        'été',
        'with space',
        '$dollar',
        '__mo_user',
        'a%!%b',
        'constructor',
        'prototype',
        'mixedcase',
        '_',
        '*/',
        'w😀',
        'n'.repeat(60),
      ]),
    )
    const columns = (name: string): readonly string[] =>
      table(name).columns.map((each) => each.name)
    expect(columns('__mo_user')).toEqual(['id', '__mo_note'])
    expect(columns('😀')).toEqual(['id', '😀', '中文'])
    if (server.can.quotesInTableNames) expect(columns("it's")).toEqual(['id', "it's", '"q"'])
    expect(columns('back\\slash')).toEqual(['back\\slash', '\\n'])
    expect(columns('mixedcase')).toEqual(['Id', 'UserName', 'lastLogin'])
  })
})

describe('column types', () => {
  it('of numbers', () => {
    expect(typesOf('t_integers')).toEqual([
      'tinyint',
      'tinyint',
      'tinyint unsigned',
      'smallint',
      'smallint unsigned',
      'int',
      'int',
      'int unsigned',
      'bigint',
      'bigint unsigned',
      'int',
    ])
    expect(typesOf('t_bool')).toEqual(['bool', 'bool', 'bool'])
    expect(typesOf('t_bit')).toEqual(['bit(1)', 'bit(1)', 'bit(8)', 'bit(64)'])
    expect(typesOf('t_decimals')).toEqual([
      'decimal(38,0)',
      'decimal(5,2)',
      'decimal(38,10)',
      'decimal(65,30)',
      'decimal(18,4)',
      'decimal(10,2)',
    ])
    expect(typesOf('t_floats')).toEqual([
      'float',
      'float(5,2)',
      'double',
      'double',
      'double(10,2)',
      'double',
    ])
  })

  it('of text, bytes, documents and times', () => {
    expect(typesOf('t_strings')).toEqual([
      'char(10)',
      'varchar(20)',
      'varchar(5000)',
      'text',
      'text',
      'text',
      'text',
    ])
    expect(typesOf('t_bytes')).toEqual([
      'binary(10)',
      'varbinary(20)',
      'blob',
      'blob',
      'blob',
      'blob',
    ])
    expect(typesOf('t_json')).toEqual(['json', 'json'])
    expect(typesOf('t_uuid')).toEqual(['uuid', 'uuid'])
    expect(typesOf('t_datalink')).toEqual(['datalink'])
    expect(typesOf('t_year')).toEqual(['year', 'year'])
    expect(typesOf('t_times')).toEqual([
      'date',
      'time',
      'time(3)',
      'datetime',
      'datetime(6)',
      'timestamp',
      'timestamp(3)',
    ])
    expect(typesOf('t_geometry')).toEqual(['geometry', 'point'])
    if (server.can.geometryFunctions) {
      expect(typesOf('t_geometry_srid')).toEqual([
        'point srid 4326',
        'linestring',
        'polygon',
        'geometrycollection',
      ])
    }
    if (server.can.arrayColumns)
      expect(typesOf('t_array')).toEqual(['array(int)', 'array(varchar(10))'])
  })

  it('of members, with emoji, quotes and the empty one', () => {
    expect(typesOf('t_enum')).toEqual(["enum('a','b','c')", "enum('A','a')", "enum('a','b')"])
    expect(table('t_enum_odd').columns[1]?.type.members).toEqual([
      "it's",
      '"q"',
      '😀',
      '中文',
      '',
      '*/',
    ])
    expect(table('t_enum_comma').columns[1]?.type.members).toEqual(
      server.can.enumJson ? ['x,y', 'z'] : ['x', 'y', 'z'],
    )
    expect(typesOf('t_set')).toEqual(["set('a','b','c')", "set('x','y')"])
    expect(typesOf('t_set_emoji')).toEqual(["set('😀','é')"])
  })

  it('of vectors, with element and dimension', () => {
    expect(
      table('t_vectors')
        .columns.slice(1)
        .map(({ type }) => type.vector),
    ).toEqual([
      { element: 'f32', dimension: 3 },
      { element: 'f64', dimension: 3 },
      { element: 'f32', dimension: 1536 },
    ])
    expect(typesOf('t_vector_open')).toEqual(['vecf32(65535)'])
    if (server.can.narrowVectors) {
      expect(typesOf('t_vectors_narrow')).toEqual([
        'vecbf16(3)',
        'vecf16(3)',
        'vecint8(3)',
        'vecuint8(3)',
      ])
    }
  })
})

describe('defaults', () => {
  it('are the SQL text, and none for NULL', () => {
    expect(defaultsOf('d_nulls')).toEqual({ a: null, b: null, c: null, d: null, e: '0' })
    expect(defaultsOf('d_strings')).toEqual({
      a: "''",
      b: "'0'",
      c: "'NULL'",
      d: "'it''s \"q\"'",
      e: "'😀'",
      f: "'new'",
      g: null,
    })
    expect(defaultsOf('d_numbers')).toEqual({
      a: '(-5)',
      b: '(1 + 2)',
      c: '1.50',
      d: '1e3',
      e: '9007199254740993',
      f: '7',
    })
    expect(defaultsOf('d_bits')).toEqual({ a: '0b101', b: 'true', c: 'false' })
    expect(defaultsOf('d_times')).toEqual({
      a: 'current_timestamp()',
      b: null,
      c: 'current_timestamp()',
      d: 'current_timestamp(3)',
      e: "'2024-01-01'",
      f: "'10:11:12'",
    })
    expect(table('d_times').columns.map(({ onUpdate }) => onUpdate ?? null)).toEqual([
      null,
      null,
      'current_timestamp()',
      'current_timestamp()',
      null,
      null,
      null,
    ])
  })

  it('decide what an INSERT may leave out: default, NULL, auto_increment or generated', () => {
    expect(optionalOf('d_nulls')).toEqual(['a', 'b', 'c', 'e'])
    expect(optionalOf('d_auto')).toEqual(['id', 'a'])
    expect(table('d_auto').columns[0]?.autoIncrement).toBe(true)
    expect(optionalOf('d_enum')).toEqual(['a'])
    expect(optionalOf('t_uuid')).toEqual(['a', 'b'])
    if (server.can.generatedColumns) {
      expect(optionalOf('g_stored')).toEqual(['b', 'c'])
      expect(table('g_stored').columns[3]?.generated).toEqual({
        expression: '(a + b)',
        kind: 'stored',
      })
      expect(table('g_virtual').columns[3]?.generated).toEqual({
        expression: "concat(first, ' ', last)",
        kind: 'virtual',
      })
    }
  })

  it('agree with the server: every table takes a row of its required columns alone', async () => {
    // What an INSERT needs besides columns: a parent row, a dictionary, a file.
    const elsewhere = /^(fk_|g_|f_|s_external)/
    const refused: string[] = []
    for (const { name, kind, columns } of zoo.tables) {
      if (kind !== 'table' || elsewhere.test(name)) continue
      const required = columns.filter(({ insertOptional }) => !insertOptional)
      const list = required.map((column) => `\`${column.name.replaceAll('`', '``')}\``).join(', ')
      const values = required
        .map(({ type }) => sampleOf(type.name, type.vector?.dimension))
        .join(', ')
      const sql = `insert into \`${name.replaceAll('`', '``')}\` (${list}) values (${values})`
      await session.sql('begin')
      await session.sql(sql).catch((error: unknown) => refused.push(`${sql}: ${String(error)}`))
      await session.sql('rollback')
    }
    expect(refused).toEqual([])
  })
})

describe('comments', () => {
  it('are as they were written, not as the catalog doubles their quotes', () => {
    const of = (name: string): readonly string[] => [
      table(name).comment ?? '',
      ...table(name).columns.map(({ comment }) => comment ?? ''),
    ]
    expect(of('c_plain')).toEqual(['plain', 'the id', ''])
    expect(of('c_end')).toEqual(['a */ b', 'ends */ here', '/* begins'])
    expect(of('c_tag')).toEqual(['@see nothing', '@deprecated not really', '{@link x}'])
    expect(of('c_quotes')).toEqual(["it's", "it's", '"q" `b`'])
    expect(of('c_emoji')).toEqual(['sehr schön 😀', '😀', '中文'])
    expect(of('c_lines')).toEqual(['one\ntwo', 'one\ntwo', 'back\\slash'])
  })
})

describe('keys', () => {
  it('have their columns in key order', () => {
    expect(table('k_none').primaryKey).toBeUndefined()
    expect(table('k_composite').primaryKey).toEqual(['b', 'a'])
    expect(table('k_string').primaryKey).toEqual(['code'])
    expect(table('k_unique').uniqueKeys?.map(({ name, columns }) => [name, columns])).toEqual([
      ['a', ['a']],
      ['u_bc', ['b', 'c']],
    ])
    expect(table('k_unique_nullable').uniqueKeys?.map(({ columns }) => columns)).toEqual([
      ['b', 'a'],
    ])
    expect(table('k_plain').indexes?.map(({ name, columns }) => [name, columns])).toEqual([
      ['a', ['a']],
      ['k_ba', ['b', 'a']],
    ])
    // mo_indexes has lost the backslash.
    expect(table('back\\slash').primaryKey).toEqual(['back\\slash'])
    expect(table('k_none_indexed').indexes?.[0]?.columns).toEqual(['b'])
    expect(table('k_composite_indexed').indexes?.[0]?.columns).toEqual(['c'])
  })

  it('have structure, visibility, comment and prefix length', () => {
    expect(table('k_btree').indexes?.[0]?.algorithm).toBe('btree')
    expect(table('k_master').indexes?.[0]).toMatchObject({
      algorithm: 'master',
      columns: ['a', 'b'],
    })
    if (server.can.geometryFunctions) expect(table('k_rtree').indexes?.[0]?.algorithm).toBe('rtree')
    expect(table('k_invisible').indexes?.map(({ name, invisible }) => [name, invisible])).toEqual([
      ['k_a', undefined],
      ['k_b', true],
    ])
    expect(table('k_comment').indexes?.[0]?.comment).toBe('by a')
    expect(table('k_prefix').indexes?.[0]).toMatchObject({
      columns: ['a'],
      ...(server.can.prefixLengths && { prefixLengths: { a: 10 } }),
    })
    expect(table('k_case').indexes?.[0]).toMatchObject({ name: 'camelidx', columns: ['ColA'] })
  })

  it('of vectors are one each, though the catalog has two or three rows', () => {
    expect(table('v_ivf').vectorIndexes).toEqual([
      {
        name: 'idx_v',
        column: 'v',
        algorithm: 'ivfflat',
        metric: 'l2',
        dimension: 3,
        parameters: { lists: '2' },
      },
    ])
    expect(table('v_hnsw').vectorIndexes).toMatchObject([
      {
        algorithm: 'hnsw',
        metric: 'cosine',
        parameters: { ef_construction: '64', ef_search: '32', m: '16' },
      },
    ])
    expect(table('v_hnsw_inline').vectorIndexes).toMatchObject([
      { algorithm: 'hnsw', metric: 'l2' },
    ])
    const metricOf = (name: string): unknown => table(name).vectorIndexes?.[0]?.metric
    expect(['v_ivf_default', 'v_ivf_cosine', 'v_ivf_ip', 'v_ivf_l2sq'].map(metricOf)).toEqual([
      'l2',
      'cosine',
      'ip',
      'l2sq',
    ])
    expect(table('v_two_columns').vectorIndexes).toMatchObject([
      { name: 'idx_v', column: 'v', dimension: 3, metric: 'l2' },
      { name: 'idx_w', column: 'w', dimension: 4, metric: 'cosine' },
    ])
    expect(table('v_ivf_three').vectorIndexes?.map(({ name, metric }) => [name, metric])).toEqual([
      ['i_cos', 'cosine'],
      ['i_ip', 'ip'],
      ['i_l2', 'l2'],
    ])
    expect(table('v_ivf').indexes).toBeUndefined()
    if (server.can.indexInclude) {
      expect(table('v_ivf_include').vectorIndexes?.[0]).toMatchObject({
        include: ['n', 's'],
        parameters: { lists: '2' },
      })
    }
    if (server.can.indexAsync) {
      expect(table('v_ivf_async').vectorIndexes?.[0]?.parameters).toEqual({
        async: 'true',
        lists: '1',
      })
    }
  })

  it('of full text keep column set and parser, also without a name', () => {
    const of = (name: string): unknown =>
      table(name).fulltextIndexes?.map((index) => [index.name, index.columns, index.parser])
    expect(of('f_default')).toEqual([['ft_tb', ['title', 'body'], 'default']])
    expect(of('f_ngram')).toEqual([['ft_body', ['body'], 'ngram']])
    expect(of('f_json')).toEqual([['ft_doc', ['doc'], 'json']])
    expect(of('f_json_value')).toEqual([['ft_doc', ['doc'], 'json_value']])
    expect(of('f_several')).toEqual([
      ['ft_a', ['a'], 'default'],
      ['ft_ba', ['b', 'a'], 'default'],
    ])
    expect(of('f_unnamed')).toEqual([
      ['', ['a'], 'default'],
      ['', ['b'], 'default'],
    ])
    expect(table('f_default').indexes).toBeUndefined()
  })

  it('to other tables have rules, and no invented name', () => {
    expect(table('fk_composite').foreignKeys).toEqual([
      {
        name: 'fk_xy',
        columns: ['x', 'y'],
        references: { table: 'fk_parent', columns: ['a', 'b'] },
      },
    ])
    expect(table('fk_self').foreignKeys?.[0]?.references).toEqual({
      table: 'fk_self',
      columns: ['id'],
    })
    expect(
      table('fk_rules').foreignKeys?.map(({ name, onDelete, onUpdate }) => [
        name,
        onDelete,
        onUpdate,
      ]),
    ).toEqual([
      ['fk_a', 'cascade', 'cascade'],
      ['fk_b', 'set null', 'no action'],
      ['fk_c', undefined, 'set default'],
    ])
    expect(table('fk_unnamed').foreignKeys?.[0]).not.toHaveProperty('name')
  })
})

describe('kinds of tables', () => {
  it('are told apart', () => {
    expect(table('s_external').kind).toBe('external')
    expect(table('w_plain').kind).toBe('view')
    expect(table('s_cluster_by').kind).toBe('table')
    expect(table('s_cluster_by')).not.toHaveProperty('primaryKey')
    expect(table('s_cluster_by_two').columns.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  it('have partitions, CLUSTER BY, CHECK and the source of an external file', () => {
    if (server.can.partitionInShowCreate) {
      expect(table('p_hash').partitions).toEqual({ by: 'hash (`id`)', count: 2 })
      expect(table('p_key').partitions).toEqual({ by: 'key algorithm = 2 (`id`)', count: 2 })
      expect(table('p_range').partitions).toEqual({
        by: 'range (`id`)',
        parts: [
          { name: 'p0', values: 'values less than (10)' },
          { name: 'p1', values: 'values less than (100)' },
        ],
      })
    }
    expect(table('k_plain')).not.toHaveProperty('partitions')
    expect(table('s_cluster_by').clusterBy).toEqual(['a'])
    expect(table('s_cluster_by_two').clusterBy).toEqual(['a', 'b'])
    expect(table('k_plain')).not.toHaveProperty('clusterBy')
    expect(table('s_check').checks).toEqual(
      server.can.checkConstraints ? [{ expression: '`a` > 0' }] : undefined,
    )
    expect(table('s_external').source).toMatchObject({ filepath: expect.any(String) })
    expect(table('k_plain')).not.toHaveProperty('source')
  })
})

describe('views', () => {
  it('have the names and types that a query brings back', async () => {
    expect(table('w_stale').columns.map(({ name, type }) => [name, typeText(type)])).toEqual([
      ['id', 'int'],
      ['x', 'int'],
      ['y', 'varchar(10)'],
    ])
    const [row] = await session.sql(
      'select w.* from (select 1 as one) o left join w_case w on 1 = 0',
    )
    expect(table('w_case').columns.map(({ name }) => name)).toEqual(Object.keys(row ?? {}))
    expect(table('w_renamed').columns.map(({ name }) => name)).toEqual(
      // Elsewhere the server forgets the list of names: `select first` is refused there as well.
      server.can.viewColumnLists ? ['first', 'second'] : ['id', 'a'],
    )
    expect(table('w😀').columns.map(({ name }) => name)).toEqual(['😀'])
  })

  it('that are stale or broken are reported, and the broken one keeps its last columns', () => {
    expect(table('w_broken').broken).toBe('missing table')
    expect(table('w_broken').columns.map(({ name }) => name)).toEqual(['id', 'x'])
    expect(table('w_stale')).not.toHaveProperty('broken')
    expect(zoo.warnings).toEqual(
      expect.arrayContaining([
        expect.stringContaining('The view w_broken is broken'),
        expect.stringContaining('The view w_stale is stale'),
      ]),
    )
    expect(zoo.warnings.filter((warning) => warning.includes('The view'))).toHaveLength(2)
  })

  it('trust NOT NULL for plain references only', () => {
    const nullability = (name: string): unknown =>
      table(name).columns.map((column) => [
        column.name,
        column.nullable ? 'null' : column.nullabilityUntrusted ? 'not null?' : 'not null',
      ])
    expect(nullability('w_join')).toEqual([
      ['id', 'not null'],
      ['parent_id', 'null'],
      ['child', 'null'],
    ])
    expect(nullability('w_expressions')).toEqual([
      ['id', 'not null'],
      ['next', 'not null?'],
      ['label', 'not null?'],
      ['missing', 'not null?'],
      ['n', 'not null?'],
    ])
  })

  it('keep the members of an enum, and are neither auto_increment nor insertable', () => {
    expect(table('w_enum').columns.map(({ type }) => typeText(type))).toEqual([
      'int',
      "enum('a','b','c')",
      "enum('A','a')",
    ])
    for (const column of table('w_plain').columns) {
      expect(column).not.toHaveProperty('autoIncrement')
      expect(column).not.toHaveProperty('insertOptional')
      expect(column).not.toHaveProperty('default')
    }
  })
})

describe('warnings', () => {
  it('do not name columns with capitals: the schema value takes care of them', () => {
    expect(zoo.warnings.filter((warning) => warning.includes('capital'))).toEqual([])
  })
})

describe('the zoo itself', () => {
  it('has a hundred odd objects and loses only what a server lacks', () => {
    expect(zooStatements().length).toBeGreaterThan(150)
    expect(zooStatements(server.can).length).toBeLessThanOrEqual(zooStatements().length)
  })
})

function sampleOf(type: string, dimension = 0): string {
  if (dimension > 0) return `'[${Array.from({ length: dimension }, () => 1).join(',')}]'`
  const texts: Readonly<Record<string, string>> = {
    varchar: "'a'",
    json: "'{}'",
    uuid: "'01a1fdb2-ea44-7060-b005-facd2f9e23cd'",
    enum: '1',
    set: '1',
    point: "st_geomfromtext('POINT(1 2)')",
  }
  return texts[type] ?? '1'
}

function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen)
}
