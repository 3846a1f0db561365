import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { CamelCasePlugin, Kysely, MysqlDialect, sql } from 'kysely'
import {
  type ExportProgress,
  type MatrixOne,
  matrixone,
  ServerError,
  StreamExportError,
  type StreamSink,
  UnsupportedError,
  ValueError,
} from 'kysely-matrixone'
import mysql from 'mysql2'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, withClient } from '../../support/database.js'
import { useServer } from '../../support/server.js'

type Tables = Record<string, Record<string, unknown>>
type Format = 'csv' | 'jsonLines'

/** On a busy machine a recording may be asked to KILL what the server had answered by then. */
const server = useServer(import.meta.url, { unanswered: 'allow' })
const database = 'kmo_export_stream'
let db: MatrixOne<Tables>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<Tables>(server, database))
  await raw.query(`use ${database}`)
  await findMissing()
})

/** Collects what is written to it. */
class Collected extends Writable {
  readonly chunks: Buffer[] = []

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk)
    done()
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString()
  }
}

/** The column types, and values of each as SQL; some of them only CSV carries. */
const TYPES: Readonly<
  Record<string, { readonly values: readonly string[]; readonly onlyCsv?: readonly string[] }>
> = {
  bool: { values: ['true', 'false'] },
  tinyint: { values: ['-128', '127'] },
  'tinyint unsigned': { values: ['255'] },
  smallint: { values: ['-32768'] },
  int: { values: ['-2147483648', '2147483647'] },
  'int unsigned': { values: ['4294967295'] },
  bigint: { values: ['-9223372036854775808', '9007199254740993'] },
  'bigint unsigned': { values: ['18446744073709551615'] },
  float: { values: ['0.1', '-0.0', '1e-45', '16777216', '1e21', "'NaN'", "'-Inf'"] },
  'float(7,3)': { values: ['1234.567'] },
  double: {
    values: ['0.1', '-0e0', '1.7976931348623157e308', '5e-324', '0.30000000000000004', "'NaN'"],
  },
  'decimal(10,2)': { values: ['-0.05', '99999999.99'] },
  'decimal(38,10)': { values: ['-1234567890123456789012345678.0123456789'] },
  date: { values: ["'0001-01-01'", "'9999-12-31'"] },
  datetime: { values: ["'2024-02-29 23:59:59'"] },
  'datetime(6)': { values: ["'0001-01-01 00:00:00.000001'", "'9999-12-31 23:59:59.999999'"] },
  'timestamp(6)': { values: ["'1970-01-01 00:00:01.000001'", "'2038-01-19 03:14:07.999999'"] },
  time: { values: ["'-838:59:59'", "'2562047787:59:59'"] },
  'time(6)': { values: ["'-00:00:00.000001'", "'12:00:00.5'"] },
  year: { values: ['1901', '2155', '0'] },
  'char(10)': { values: ["'a  '", "'  a'", "''", "'NULL'"] },
  'varchar(40)': {
    values: [
      "''",
      "'NULL'",
      "'null'",
      "'a\\0b'",
      "'a\"b''c\\\\d'",
      "'\\r\\n'",
      "'x\\r'",
      "'\\n'",
      "'漢字😀'",
      "' '",
      "'a\\tb'",
      "','",
      '\'""\'',
      "'\"'",
      "'\\\\'",
      "'\\\\\\\\'",
      "'\\\\n'",
      "'\ufeffa'",
      "'-- x'",
      "'0'",
    ],
    onlyCsv: ["'\\\\N'", "x'ff00fe'"],
  },
  text: { values: ["repeat('a\"\\\\\\r\\n', 99)", "''"] },
  'binary(4)': { values: [], onlyCsv: ["x'6100'", "x'00ff5c22'", "x'5c4e'", "''"] },
  'varbinary(20)': {
    values: [],
    onlyCsv: ["x'6100'", "''", "x'5c4e'", "x'0d0a0d'", "x'ff22ff5c'"],
  },
  blob: { values: [], onlyCsv: ["x'0d'", "''", "x'00010203fffefd'"] },
  'bit(1)': { values: [], onlyCsv: ['1', '0'] },
  'bit(12)': { values: [], onlyCsv: ['34', '13'] },
  'bit(64)': { values: [], onlyCsv: ['18446744073709551615', '0', '92', '2560'] },
  "enum('a','q\"','NULL')": { values: ["'a'", "'q\"'", "'NULL'"] },
  "set('r','g','4')": { values: ["'r,g'", "''", "'4'"] },
  json: {
    values: [
      `'"a"'`,
      `'{"a":[1,2.50,"x\\\\"\\\\\\\\y",null]}'`,
      `'18446744073709551615'`,
      `'"\\\\u0000"'`,
      `'[]'`,
      `'"漢😀"'`,
      `'"NULL"'`,
      `'true'`,
      `'"\\\\n"'`,
      `'{"b":1e21}'`,
    ],
    onlyCsv: [`'null'`],
  },
  uuid: { values: ["'6d1b1fdb-21bf-11ee-a2d4-ee6a9e0d1f93'"] },
  datalink: { values: ["'file:///articles/none.txt?offset=1&size=2'"] },
  'vecf32(3)': { values: ["'[0.1,-0,3.4028235e38]'", "'[1e-45,16777217,0.333333333]'"] },
  'vecf64(3)': { values: ["'[0.1,5e-324,1.7976931348623157e308]'", "'[-0,1e21,2]'"] },
  'vecbf16(3)': { values: ["'[0.1,-0,3e38]'"] },
  'vecf16(3)': { values: ["'[0.1,-0,65504]'"] },
  'vecint8(3)': { values: ["'[-128,0,127]'"] },
  'vecuint8(3)': { values: ["'[0,1,255]'"] },
  'array(int)': { values: ["'[1,2,null]'", "'[]'"] },
  'array(varchar(10))': { values: [`'["a","b\\\\"c"]'`] },
  geometry: { values: ["'POINT(1 2)'", "'LINESTRING(0 0,1 1.5)'"] },
  point: { values: ["'POINT(1.1 -20000000000)'"] },
}

/** Types that a server does not have, or that its LOAD DATA does not read, are left out. */
const missing = new Set<string>()

const exists = (type: string): boolean => !missing.has(type)

async function findMissing(): Promise<void> {
  for (const type of Object.keys(TYPES)) {
    const isRead =
      (server.can.loadsGeometry || !/^(geometry|point)/.test(type)) &&
      (server.can.loadsYear || type !== 'year') &&
      (server.can.loadsBits || !type.startsWith('bit'))
    if (!isRead) {
      missing.add(type)
      continue
    }
    const made = raw.query(`create table probe (v ${type})`)
    await made.then(
      () => raw.query('drop table probe'),
      () => missing.add(type),
    )
  }
}

/** Makes two tables of the types and fills the first; a row has one value and NULL else. */
async function makeTables(
  types: readonly (readonly [string, readonly string[]])[],
): Promise<readonly string[]> {
  const columns = types.map(([type], at) => `v${at} ${type}`)
  await raw.query('drop table if exists originals, copies')
  for (const table of ['originals', 'copies']) {
    await raw.query(`create table ${table} (id int primary key, ${columns.join(', ')})`)
  }
  let id = 0
  for (const [at, [, values]] of types.entries()) {
    const rows = [...values, 'null'].map((value) => `(${id++}, ${value})`)
    await raw.query(`insert into originals (id, v${at}) values ${rows.join(', ')}`)
  }
  return types.map(([type], at) => `v${at} ${type}`)
}

/** The columns, by their stored bytes, in which the tables differ. */
async function findDifferences(columns: readonly string[]): Promise<readonly string[]> {
  const different: string[] = []
  for (const column of columns) {
    const [name = ''] = column.split(' ')
    const [rows] = await raw.query(
      `select o.id from originals o left join copies c on o.id = c.id
       where c.id is null or hex(serial_full(o.${name})) <> hex(serial_full(c.${name}))`,
    )
    if ((rows as unknown[]).length > 0) different.push(column)
  }
  return different
}

async function exportAll(
  source: Parameters<typeof db.export.toStream>[0],
  format: Format,
  options: { readonly header?: boolean } = {},
): Promise<Collected> {
  const sink = new Collected()
  await db.export.toStream(source, sink, { format, ...options })
  return sink
}

async function* chunksOf({ chunks }: Collected): AsyncGenerator<Buffer> {
  yield* chunks
}

/** Loads what was exported into the copies; the file has its keys checked, so it goes by the staging table, too. */
function load(file: Collected, format: Format, keys: 'check' | 'trust'): Promise<unknown> {
  return format === 'csv'
    ? db.loadData.csv('copies', chunksOf(file), { skipLines: 1, keys })
    : db.loadData.jsonLines('copies', chunksOf(file), { keys })
}

describe('what JavaScript makes of a value', () => {
  it('is not what the server has (the trap)', async () => {
    const { rows } = await db.execute<Record<string, unknown>>(
      "select cast('-0' as double) as zero, cast('2024-01-01 00:00:00.123456' as datetime(6)) as at, x'ff' as bytes",
    )
    expect(rows.map(({ zero, at, bytes }) => [String(zero), JSON.stringify(at), bytes])).toEqual([
      ['0', '"2024-01-01T00:00:00.123Z"', '\ufffd'],
    ])
  })
})

describe.each(['check', 'trust'] as const)('every type, loaded with keys: %s', (keys) => {
  it('comes back from CSV with the same bytes in the server', async () => {
    const columns = await makeTables(
      Object.entries(TYPES)
        .filter(([type]) => exists(type))
        .map(([type, { values, onlyCsv = [] }]) => [type, [...values, ...onlyCsv]]),
    )
    await load(await exportAll('originals', 'csv'), 'csv', keys)
    expect(await findDifferences(columns)).toEqual([])
  })

  it('but bytes comes back from JSON lines', async () => {
    const columns = await makeTables(
      Object.entries(TYPES)
        .filter(([type, { values }]) => exists(type) && values.length > 0)
        .map(([type, { values }]) => [type, values]),
    )
    await load(await exportAll('originals', 'jsonLines'), 'jsonLines', keys)
    expect(await findDifferences(columns)).toEqual([])
  })
})

describe('random values', () => {
  const texts = fc.array(
    fc.constantFrom(
      '"',
      '\\',
      '\r',
      '\n',
      ',',
      'N',
      'n',
      '\0',
      "'",
      ' ',
      '漢',
      '😀',
      'a',
      '0',
      '\u2028',
    ),
    { maxLength: 12 },
  )
  const rows = fc.sample(
    fc.record({
      t: texts.map((parts) => parts.join('')),
      b: fc.uint8Array({ maxLength: 16 }),
      f: fc.float({ noNaN: true, noDefaultInfinity: true, max: 2 ** 127, min: -(2 ** 127) }),
      d: fc.double({ noNaN: true, noDefaultInfinity: true }),
      i: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      j: fc.json({ maxDepth: 2 }),
    }),
    { seed: 16, numRuns: 300 },
  )

  it.each(['csv', 'jsonLines'] as const)('come back from %s', async (format) => {
    const columns = [
      't varchar(40)',
      'f float',
      'd double',
      'i bigint',
      'j json',
      ...(format === 'csv' ? ['b varbinary(16)'] : []),
    ]
    await raw.query('drop table if exists originals, copies')
    for (const table of ['originals', 'copies']) {
      await raw.query(`create table ${table} (id int primary key, ${columns.join(', ')})`)
    }
    const isCarried = ({ t, j }: (typeof rows)[number]): boolean =>
      format === 'csv' || (t !== '\\N' && j.trim() !== 'null')
    await db.batchInsert(
      'originals',
      rows.filter(isCarried).map(({ b, j, ...row }, id) => ({
        id,
        ...row,
        j: sql`${j}`,
        ...(format === 'csv' ? { b: Buffer.from(b) } : {}),
      })),
    )
    await load(await exportAll('originals', format), format, 'check')
    expect(await findDifferences(columns)).toEqual([])
  })
})

describe('the text', () => {
  beforeAll(async () => {
    await raw.query('drop table if exists notes')
    const twice = server.can.generatedColumns ? 'twice bigint generated always as (id * 2),' : ''
    await raw.query(
      `create table notes (Id bigint primary key, \`Ti"tle\` varchar(20), price decimal(10,2), ${twice} v vecf32(2))`,
    )
    await raw.query(
      `insert into notes (Id, \`Ti"tle\`, price, v) values (9007199254740993, 'a "b" \\\\', 1.5, '[1,-0]'), (2, null, null, null)`,
    )
  })

  it('of a table is CSV with a header, without generated columns', async () => {
    const lines = (await exportAll('notes', 'csv')).text.split('\n')
    expect([lines[0], ...lines.slice(1).toSorted()]).toEqual([
      '"Id","Ti""tle","price","v"',
      '',
      '2,\\N,\\N,\\N',
      '9007199254740993,"a ""b"" \\\\",1.50,"[1, -0]"',
    ])
  })

  it('as JSON lines has the keys in lower case: LOAD DATA finds no others', async () => {
    expect((await exportAll('notes', 'jsonLines')).text.split('\n').toSorted()).toEqual([
      '',
      '{"id":2,"ti\\"tle":null,"price":null,"v":null}',
      '{"id":9007199254740993,"ti\\"tle":"a \\"b\\" \\\\","price":"1.50","v":"[1, -0]"}',
    ])
  })

  it('of a query has the names of its result, also under a CamelCasePlugin', async () => {
    const sink = new Collected()
    const camel = db.withPlugin(new CamelCasePlugin())
    const query = camel
      .selectFrom('notes')
      .select((eb) => ['price as fullPrice', eb.val(7).as('sevenDays')])
      .where('price', '>', 1)
    expect(await camel.export.toStream(query, sink)).toEqual({
      rows: 1,
      bytes: sink.text.length,
      format: 'csv',
      columns: ['full_price', 'seven_days'],
    })
    expect(sink.text).toBe('"full_price","seven_days"\n1.50,7\n')
  })

  it('without rows is the header, or nothing', async () => {
    const none = db.selectFrom('notes').select('price').where('price', '>', 100)
    expect((await exportAll(none, 'csv')).text).toBe('"price"\n')
    expect((await exportAll(none, 'csv', { header: false })).text).toBe('')
    expect((await exportAll(none, 'jsonLines')).text).toBe('')
  })

  it('has the vectors that a schema value asks for as base64, and whatever types say', async () => {
    const schema = {
      types: { decimal: 'number', bigint: 'string' },
      tables: { notes: { key: ['Id'], vectors: { v: { element: 'f32', dimension: 2 } } } },
    } as const
    const target = { options: { ...server.options, database } }
    const text = await withClient<string, Tables>(target, { schema }, async (client) => {
      const sink = new Collected()
      const query = client.selectFrom('notes').select(['price', 'v']).where('price', '>', 1)
      await client.export.toStream(query, sink)
      return sink.text
    })
    expect(text).toBe('"price","v"\n1.50,"[1, -0]"\n')
  })

  it('of a transaction has its own rows', async () => {
    const sink = new Collected()
    await db.transaction().execute(async (trx) => {
      await trx.insertInto('notes').values({ Id: 3 }).execute()
      await trx.export.toStream(trx.selectFrom('notes').select('Id').where('Id', '=', 3), sink)
      await trx.deleteFrom('notes').where('Id', '=', 3).execute()
    })
    expect(sink.text).toBe('"Id"\n3\n')
  })
})

describe('what cannot be carried', () => {
  const refuse = async (columns: string, format: Format): Promise<string> => {
    await raw.query('drop table if exists refused')
    await raw.query(`create table refused (id int primary key, ${columns})`)
    const sink = new Collected()
    const error = await db.export.toStream('refused', sink, { format }).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(UnsupportedError)
    expect(sink.text).toBe('')
    expect(sink.destroyed).toBe(true)
    return (error as Error).message
  }

  it('is refused before the first byte, by name and type', async () => {
    expect(await refuse('long_one decimal(39,2), v blob', 'csv')).toMatch(
      'csv cannot carry every column so that it can be loaded again. long_one is of type decimal(39,2): LOAD DATA ' +
        'reads no decimal of more than 38 digits. Leave',
    )
    expect(await refuse('flags bit(3), v blob, w varbinary(3)', 'jsonLines')).toMatch(
      /flags is of type bit\(3\): .*; v is of type blob: JSON has no bytes.*; w is of type binary: /,
    )
    // Before 4.1 no geometry can be stored.
    if (server.can.loadsGeometry || !server.can.geometryFunctions) return
    expect(await refuse('place point', 'csv')).toMatch('place is of type geometry: LOAD DATA of')
  })

  it('is an enum whose members LOAD DATA takes for numbers, which it would swap (the trap)', async () => {
    await raw.query('drop table if exists swapped')
    await raw.query("create table swapped (size enum('2','1'))")
    await db.loadData.csv('swapped', { text: '"1"\n' })
    expect(await db.selectFrom('swapped').selectAll().execute()).toEqual([{ size: '2' }])
    expect(await refuse("size enum('2','1')", 'csv')).toMatch(
      'size is of type enum: it has the member "2", which LOAD DATA takes for the number of a member.',
    )
    if (server.can.setWire !== 'text') return
    expect(await refuse("kind set('0','x')", 'csv')).toMatch('kind is of type set: ')
  })

  it('is two columns of one name, of which a row has one', async () => {
    const query = db.selectNoFrom([sql`1`.as('a'), sql`2`.as('A')])
    await expect(db.export.toStream(query, new Collected())).rejects.toThrow(
      /two columns named "A"/,
    )
  })

  it.each([
    ['jsonLines', "'\\\\N'", 'is the text \\N, which is loaded as NULL'],
    ['jsonLines', "cast('null' as json)", "is JSON's null, which is loaded as NULL"],
    ['jsonLines', "concat('a', x'ff')", 'is not UTF-8'],
  ] as const)('is a value that %s has no form for: %s', async (format, value, message) => {
    const query = db.selectNoFrom(sql.raw(value).as('v'))
    const error = await db.export
      .toStream(query, new Collected(), { format })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StreamExportError)
    expect((error as Error).message).toContain(`Row 1, column v: the value ${message}`)
  })

  it('is 0 in an auto_increment column, which becomes the next number (the trap)', async () => {
    await raw.query('drop table if exists counted')
    await raw.query('create table counted (id int primary key auto_increment, n int)')
    await db.loadData.csv('counted', { text: '0,1\n' })
    expect(await db.selectFrom('counted').select('id').execute()).toEqual([{ id: 1 }])
    await raw.query('update counted set id = 0')
    await expect(db.export.toStream('counted', new Collected())).rejects.toThrow(
      /Row 1, column id: the value is 0 in an auto_increment column/,
    )
  })
})

describe('the stream', () => {
  const many = (rows: number) =>
    db
      .selectFrom(sql<{ result: number }>`generate_series(1, ${sql.lit(rows)})`.as('g'))
      .select(['result as n', sql`repeat('x', 40)`.as('text')])

  /** About three chunks. */
  const MANY = 4_000

  /** The pool has one connection for this, which must be usable afterwards. */
  async function expectUsable(): Promise<void> {
    expect((await db.execute('select 1 as one')).rows).toEqual([{ one: 1 }])
  }

  async function failureOf(
    sink: StreamSink,
    options: {
      readonly signal?: AbortSignal
      readonly progress?: (at: ExportProgress) => void
    } = {},
  ): Promise<StreamExportError> {
    const error = await db.export.toStream(many(MANY), sink, options).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(StreamExportError)
    await expectUsable()
    return error as StreamExportError
  }

  it('of a file is ended when everything is in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kmo-export-'))
    try {
      const path = join(folder, 'rows.csv')
      const { rows, bytes } = await db.export.toStream(many(MANY), createWriteStream(path))
      expect(rows).toBe(MANY)
      await raw.query('drop table if exists series')
      await raw.query('create table series (n bigint primary key, text varchar(100))')
      expect(await db.loadData.csv('series', { file: path }, { skipLines: 1 })).toMatchObject({
        rows,
      })
      expect(bytes).toBeGreaterThan(150_000)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('of the web is closed when everything is in it', async () => {
    let bytes = 0
    let isClosed = false
    const sink = new WritableStream<Uint8Array>({
      write: (chunk) => void (bytes += chunk.length),
      close: () => void (isClosed = true),
    })
    const done = await db.export.toStream(many(MANY), sink, { format: 'jsonLines' })
    expect({ bytes, isClosed, rows: MANY }).toEqual({
      bytes: done.bytes,
      isClosed: true,
      rows: done.rows,
    })
  })

  it('stays open with end: false, for what follows', async () => {
    const sink = new Collected()
    await db.export.toStream(many(1), sink, { end: false })
    await db.export.toStream(many(1), sink, { end: false, header: false })
    sink.end()
    const line = `1,"${'x'.repeat(40)}"\n`
    expect(sink.text).toBe(`"n","text"\n${line}${line}`)
  })

  it('that fails ends the query, and the error says how many rows it had taken', async () => {
    let taken = 0
    const sink = new Writable({
      write: (_chunk, _encoding, done) => done(taken++ < 1 ? null : new Error('disk full')),
    })
    const error = await failureOf(sink)
    expect(error.message).toMatch(/^The export stopped after \d+ rows \(\d+ bytes\): disk full/)
    expect(error.cause).toMatchObject({ message: 'disk full' })
    expect(error.rows).toBeGreaterThan(500)
    expect(error.rows).toBeLessThan(MANY)
  })

  it('that is closed by its reader ends the query', async () => {
    const sink = new Writable({ highWaterMark: 1, write: () => undefined })
    setTimeout(() => sink.destroy(), 50)
    expect(await failureOf(sink)).toMatchObject({ rows: 0 })
  })

  it('that is closed while the server is still at work ends its work', async () => {
    const sink = new Collected()
    const query = db.selectNoFrom(sql`sleep(600)`.as('slept'))
    const exported = db.export.toStream(query, sink).catch((thrown: unknown) => thrown)
    await sleep(100)
    sink.destroy()
    expect(await exported).toMatchObject({
      name: 'StreamExportError',
      message: expect.stringMatching(/after 0 rows .*: The stream was closed before/),
    })
    await expectUsable()
  })

  it('of the web that fails ends the query', async () => {
    const sink = new WritableStream({
      write: () => Promise.reject(new Error('gone')),
    })
    expect((await failureOf(sink)).cause).toMatchObject({ message: 'gone' })
  })

  it('is destroyed when the signal is aborted', async () => {
    const controller = new AbortController()
    const sink = new Collected()
    const error = await failureOf(sink, {
      signal: controller.signal,
      progress: ({ rows }) => {
        if (rows > 1_000) controller.abort(new Error('enough'))
      },
    })
    expect(error.cause).toMatchObject({ message: 'enough' })
    expect(error.rows).toBeGreaterThan(1_000)
    expect(sink.destroyed).toBe(true)
  })

  it('is destroyed when the server refuses the query, with the reason', async () => {
    const sink = new Collected()
    const query = db.selectFrom('nowhere').selectAll()
    const error = await db.export.toStream(query, sink).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'StreamExportError', rows: 0, errno: 1064 })
    expect((error as Error).cause).toBeInstanceOf(ServerError)
    expect(sink.destroyed).toBe(true)
  })

  it('is not read ahead of: a sink without room stops the rows', async () => {
    const waiting: (() => void)[] = []
    const sink = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => void waiting.push(done),
    })
    let rows = 0
    const done = db.export.toStream(many(MANY), sink, { progress: (at) => (rows = at.rows) })
    while (waiting.length === 0) await sleep(5)
    await sleep(50)
    expect(rows).toBe(0)
    const pump = setInterval(() => waiting.shift()?.(), 0)
    expect(await done).toMatchObject({ rows: MANY })
    clearInterval(pump)
  })
})

describe('a call', () => {
  it('with options or a query that make no sense is refused', async () => {
    const sink = new Collected()
    await expect(
      db.export.toStream('notes', sink, { format: 'jsonLines', header: true }),
    ).rejects.toThrow(ValueError)
    await expect(
      db.export.toStream(db.deleteFrom('notes').where('Id', '=', 1), new Collected()),
    ).rejects.toThrow('Only one SELECT can be exported.')
    // @ts-expect-error -- a sink is a stream
    await expect(db.export.toStream('notes', {})).rejects.toThrow(/The sink must be a Writable/)
  })

  it('through another dialect is refused: mysql2 has read the values', async () => {
    const pool = mysql.createPool({ ...server.options, database })
    const other = new Kysely<Tables>({ dialect: new MysqlDialect({ pool }) })
    await expect(matrixone(other).export.toStream('notes', new Collected())).rejects.toThrow(
      UnsupportedError,
    )
    await other.destroy()
  })
})
