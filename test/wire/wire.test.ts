import fc from 'fast-check'
import type { Connection, ConnectionOptions, FieldPacket } from 'mysql2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toLiteral } from '../../src/sql/literals.js'
import { type ColumnTypeOptions, defaultColumnTypes } from '../../src/types/column-type-options.js'
import { prepareFields } from '../../src/wire/wire.js'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'
import { connect, queryPlain, queryTyped, type Row } from './raw-query.js'

const server = useServer(import.meta.url)

let connection: Connection

beforeAll(async () => {
  connection = connect((await openDatabase(server, 'kmo_types_wire')).options)
  // What a version does not have is stood in for by what reads the same.
  const array = server.can.arrayColumns ? 'array(int)' : 'json'
  const narrow = server.can.narrowVectors ? 'vecint8(3)' : 'vecf32(3)'
  const [geometry, point] = server.can.geometryFunctions ? ['geometry', 'point'] : ['text', 'text']
  if (server.can.setWire === 'bitmask') {
    Object.assign(expected, { st: 3 })
    Object.assign(expectedOther, { st: '3' })
  }
  await queryPlain(
    connection,
    `create table t (
      id int primary key, flag bool, tiny tinyint(1), small smallint, med mediumint, num int unsigned,
      big bigint, ubig bigint unsigned, de decimal(30, 10), f float, d double, y year,
      da date, ti time(3), dt datetime(6), ts timestamp(6), b1 bit(1), b53 bit(53), b64 bit(64),
      c char(10), vc varchar(100), tx text, en enum('a', '😀'), st set('x', 'y'), u uuid,
      bi binary(4), vb varbinary(10), bl blob, js json, ar ${array},
      v32 vecf32(3), v64 vecf64(3), v8 ${narrow}, g ${geometry}, p ${point})`,
  )
  await queryPlain(
    connection,
    `insert into t values (1, true, 1, -32768, 5, 4294967295,
      9007199254740991, 9007199254740991, '1.5', 0.1, 0.1, 2024,
      '2024-05-06', '25:00:00.5', '2024-05-06 07:08:09.123456', '2024-05-06 07:08:09.123456', 1, 9007199254740991, 18446744073709551615,
      'c😀', 'v😀é', 't😀', '😀', 'y,x', '01a1fdbf-79af-79fe-8e24-5fe74b7b5bfa',
      x'00ff0a00', x'80ff', x'f09f9880', '{"a": "😀", "b": [1, null]}', '[1,2]',
      '[0.1,2,-3e10]', '[0.1,2,1e300]', '[1,2,-3]', 'LINESTRING(0 0,1 1)', 'POINT(1 2)')`,
  )
  await queryPlain(connection, 'insert into t (id) values (2)')
})

afterAll(() => connection.destroy())

const expected = {
  id: 1,
  flag: true,
  tiny: 1,
  small: -32768,
  med: 5,
  num: 4294967295,
  big: 9007199254740991,
  ubig: 9007199254740991,
  de: '1.5000000000',
  f: 0.1,
  d: 0.1,
  y: 2024,
  da: '2024-05-06',
  ti: '25:00:00.500',
  dt: new Date('2024-05-06T07:08:09.123Z'),
  ts: new Date('2024-05-06T07:08:09.123Z'),
  b1: 1,
  b53: 9007199254740991,
  b64: 18446744073709551615n,
  c: 'c😀',
  vc: 'v😀é',
  tx: 't😀',
  en: '😀',
  st: 'x,y',
  u: '01a1fdbf-79af-79fe-8e24-5fe74b7b5bfa',
  bi: Buffer.from('00ff0a00', 'hex'),
  vb: Buffer.from('80ff', 'hex'),
  bl: Buffer.from('f09f9880', 'hex'),
  js: { a: '😀', b: [1, null] },
  ar: [1, 2],
  v32: [0.1, 2, -3e10],
  v64: [0.1, 2, 1e300],
  v8: [1, 2, -3],
  g: 'LINESTRING(0 0,1 1)',
  p: 'POINT(1 2)',
}

const other: ColumnTypeOptions = {
  bigint: 'string',
  decimal: 'number',
  date: 'Date',
  datetime: 'string',
  vector: 'Float32Array',
  json: 'string',
}

const expectedOther = {
  ...expected,
  big: '9007199254740991',
  ubig: '9007199254740991',
  de: 1.5,
  da: new Date('2024-05-06T00:00:00Z'),
  dt: '2024-05-06 07:08:09.123456',
  ts: '2024-05-06 07:08:09.123456',
  js: '{"a": "😀", "b": [1, null]}',
  ar: '[1, 2]',
  v32: Float32Array.of(0.1, 2, -3e10),
  v64: Float32Array.of(0.1, 2, Infinity),
  v8: Float32Array.of(1, 2, -3),
}

describe('what mysql2 reads by itself (the traps)', () => {
  it('loses every character beyond the basic plane, in values and names', async () => {
    const [row] = await queryPlain(connection, "select '😀' as v, 'x' as `n😀`")
    expect(row?.['v']).toBe('\ufffd'.repeat(4))
    expect(Object.keys(row ?? {})).toEqual(['v', `n${'\ufffd'.repeat(4)}`])
  })

  it('rounds integers', async () => {
    const [row] = await queryPlain(connection, 'select 9007199254740993 as big')
    expect(row).toEqual({ big: 9007199254740992 })
  })

  it('reads NaN as 3520, and gives null for geometries', async () => {
    // 3.0.x refuses NaN in a vector's text and cannot store a geometry.
    if (!server.can.geometryFunctions) return expect(server.can.nanVectorAccepted).toBe(false)
    await queryPlain(connection, 'create table nan (v vecf32(1), d double)')
    await queryPlain(connection, "insert into nan values ('[NaN]', 0)")
    const [row] = await queryPlain(
      connection,
      'select l2_norm(v) as n, (select p from t where id = 1) as p from nan',
    )
    expect(row).toEqual({ n: 3520, p: null })
    expect(await queryTyped(connection, 'select l2_norm(v) as n, v from nan')).toEqual([
      { n: NaN, v: [NaN] },
    ])
  })
})

describe('prepareFields', () => {
  it('reads every type of the table as declared by default', async () => {
    expect(await queryTyped(connection, 'select * from t where id = 1')).toEqual([expected])
  })

  it('reads every type under the other choices', async () => {
    expect(await queryTyped(connection, 'select * from t where id = 1', other)).toEqual([
      expectedOther,
    ])
  })

  it('leaves null alone', async () => {
    const nulls = Object.fromEntries(Object.keys(expected).map((name) => [name, null]))
    for (const types of [{}, other]) {
      expect(await queryTyped(connection, 'select * from t where id = 2', types)).toEqual([
        { ...nulls, id: 2 },
      ])
    }
  })

  it.each<[string, ConnectionOptions]>([
    ['typeCast as a function', { typeCast: () => 'cast' }],
    ['typeCast false', { typeCast: false }],
    ['rowsAsArray', { rowsAsArray: true }],
    ['nestTables', { nestTables: true }],
    ['nestTables with a separator', { nestTables: '_' }],
    ['dateStrings', { dateStrings: true, timezone: '-07:00' }],
    ['big numbers', { supportBigNumbers: true }],
    ['big numbers as strings', { supportBigNumbers: true, bigNumberStrings: true }],
    ['decimalNumbers and jsonStrings', { decimalNumbers: true, jsonStrings: true }],
    ['namedPlaceholders', { namedPlaceholders: true }],
    ['disableEval', { disableEval: true }],
    ['disableEval with typeCast', { disableEval: true, typeCast: () => 'cast' }],
    ['charset', { charset: 'latin1' }],
  ])('gives the same whatever the pool says: %s', async (_what, options) => {
    const contrary = connect({ ...server.options, ...options, database: 'kmo_types_wire' })
    try {
      const sql = "select *, ':a' as text from t where id = 1"
      expect(await queryTyped(contrary, sql)).toEqual([{ ...expected, text: ':a' }])
      expect(await queryTyped(contrary, sql, other)).toEqual([{ ...expectedOther, text: ':a' }])
    } finally {
      contrary.destroy()
    }
  })

  it('reads expressions as it reads columns', async () => {
    const vectors = server.can.anyValueOfVectors
      ? 'any_value(v32) as vector, coalesce(any_value(v64), any_value(v64)) as v'
      : "cast('[0.1,2,-3e10]' as vecf32(3)) as vector, cast('[0.1,2,1e300]' as vecf64(3)) as v"
    const [row] = await queryTyped(
      connection,
      `select max(big) as big, min(flag) as flag, coalesce(flag, false) as some, not flag as no,
        id = 1 as same, ${vectors},
        max(dt) as dt, max(da) as da, max(b53) as bits, count(*) as n, sum(de) as total,
        avg(id) as mean, max(vc) as text, json_extract(any_value(js), '$.a') as js,
        ${server.can.jsonAgg ? 'json_objectagg(vc, id)' : 'null'} as agg, max(vb) as bytes
       from t where id = 1 group by flag, id`,
    )
    expect(row).toEqual({
      big: 9007199254740991,
      flag: true,
      some: true,
      no: false,
      same: true,
      vector: [0.1, 2, -3e10],
      v: [0.1, 2, 1e300],
      dt: expected.dt,
      da: '2024-05-06',
      bits: 9007199254740991,
      n: 1,
      total: '1.5000000000',
      mean: 1,
      text: 'v😀é',
      js: '😀',
      agg: server.can.jsonAgg ? { 'v😀é': 1 } : null,
      bytes: Buffer.from('80ff', 'hex'),
    })
  })

  it('reads the rows of a union and of a derived table alike', async () => {
    const legs =
      'select flag, v32, dt, js from t where id = 1 union all select flag, v32, dt, js from t where id = 1'
    const { flag, v32, dt, js } = expected
    expect(await queryTyped(connection, `select * from (${legs}) as x`)).toEqual([
      { flag, v32, dt, js },
      { flag, v32, dt, js },
    ])
  })

  it('repairs names with characters beyond the basic plane, however long', async () => {
    const long = `${'é'.repeat(200)}😀`
    const [row] = await queryTyped(
      connection,
      `select '1' as \`n😀\`, 1 as \`m😀\`, 'x' as \`${long}\``,
    )
    expect(row).toEqual({ 'n😀': '1', 'm😀': 1, [long]: 'x' })
  })

  it('lets the last of several columns of one name win, read by its own type', async () => {
    const rows = await queryTyped(
      connection,
      "select true as a, 'text' as a, now() as b, 7 as b, 'x' as c, cast('[1]' as vecf32(1)) as c",
    )
    expect(rows).toEqual([{ a: 'text', b: 7, c: [1] }])
  })

  it.each(['__proto__', '__defineGetter__', '__lookupSetter__'])(
    'gives a column named %s as a property of the row itself',
    async (name) => {
      for (const [value, expected] of [
        ['1', 1],
        ['null', null],
        ["'text'", 'text'],
        ["cast('{}' as json)", {}],
      ] as const) {
        const rows = await queryTyped(connection, `select ${value} as \`${name}\`, 2 as b`)
        const [row = {}] = rows
        expect(Object.entries(row)).toContainEqual([name, expected])
        expect(Object.keys(row).toSorted()).toEqual([name, 'b'])
        expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
      }
    },
  )

  it("reads JSON.parse's rounding where an integer is beyond 2^53 (the trap), and refuses it", async () => {
    expect(JSON.parse('9007199254740993')).toBe(9007199254740992)
    for (const json of [
      '9007199254740993',
      '{"id": 9007199254740993}',
      '[1, -9223372036854775808]',
      String.raw`{"a\\": ["\"", 12345678901234567890]}`,
    ]) {
      const read = queryTyped(
        connection,
        `select cast('${json.replaceAll('\\', '\\\\')}' as json) as doc`,
      )
      await expect(read).rejects.toThrow(
        /"doc" holds JSON with an integer beyond 2\^53.*json: 'string'/,
      )
    }
    // JavaScript prints the same digits for 1e17.
    for (const json of [
      '9007199254740991',
      '"9007199254740993"',
      '{"9007199254740993": 1}',
      '100000000000000000',
    ]) {
      const rows = await queryTyped(connection, `select cast('${json}' as json) as doc`)
      expect(rows).toEqual([{ doc: JSON.parse(json) as unknown }])
    }
    const text = await queryTyped(connection, "select cast('[9007199254740993]' as json) as doc", {
      json: 'string',
    })
    expect(text).toEqual([{ doc: '[9007199254740993]' }])
  })

  it('refuses an integer that a number would round, and names column and option', async () => {
    const sql = "select 9007199254740993 as big, cast('-9223372036854775808' as bigint) as small"
    await expect(queryTyped(connection, sql)).rejects.toThrow(/"big".*\{ bigint: 'bigint' \}/)
    expect(await queryTyped(connection, sql, { bigint: 'bigint' })).toEqual([
      { big: 9007199254740993n, small: -9223372036854775808n },
    ])
  })

  it('refuses a decimal that a number would round', async () => {
    const read = (text: string): Promise<Row[]> =>
      queryTyped(connection, `select cast('${text}' as decimal(38, 20)) as d`, {
        decimal: 'number',
      })
    expect(await read('123456789012.5')).toEqual([{ d: 123456789012.5 }])
    expect(await read('-0.1')).toEqual([{ d: -0.1 }])
    await expect(read('0.12345678901234567891')).rejects.toThrow("{ decimal: 'string' }")
    await expect(read('9007199254740993')).rejects.toThrow('"d"')
  })

  it('relabels a uuid as text, which 3.0.14 labels as bytes', () => {
    const fields = [{ name: 'u', columnType: 0xf3, characterSet: 63, columnLength: 0 }]
    expect(prepareFields(fields as FieldPacket[], defaultColumnTypes, 'Z')).toBeNull()
    expect(fields[0]).toMatchObject({ columnType: 0xfd, characterSet: 33, encoding: 'latin1' })
  })

  it('refuses a geometry that is not sent as text, which the declared type promises', () => {
    const fields = [{ name: 'g', columnType: 0xff, characterSet: 63, columnLength: 0 }]
    const decoder = prepareFields(fields as FieldPacket[], defaultColumnTypes, 'Z')
    const row = { g: Buffer.from('0101000000', 'hex') }
    expect(() => decoder?.decodeRow(row)).toThrow(/"g".*st_astext/)
  })

  it('refuses a date that is none instead of giving an invalid Date', () => {
    const fields = [{ name: 'at', columnType: 0x0c, characterSet: 63, columnLength: 64 }]
    const decoder = prepareFields(fields as FieldPacket[], defaultColumnTypes, 'Z')
    expect(() => decoder?.decodeRow({ at: '0000-00-00 00:00:00' })).toThrow("datetime: 'string'")
  })

  it('hands out text of a vector’s wire type that is none as it is', () => {
    const fields = [{ name: 'v', columnType: 0x0f, characterSet: 33, columnLength: 9 }]
    const decoder = prepareFields(fields as FieldPacket[], defaultColumnTypes, 'Z')
    for (const text of ['01a1fdbf-é😀', '[é]', '', '[1,x]']) {
      const row = { v: Buffer.from(text).toString('latin1') }
      decoder?.decodeRow(row)
      expect(row).toEqual({ v: text })
    }
  })

  it('refuses a time zone without a fixed offset', () => {
    const fields = [{ name: 'at', columnType: 0x0c, characterSet: 63, columnLength: 64 }]
    expect(() =>
      prepareFields(fields as FieldPacket[], defaultColumnTypes, 'Europe/Berlin'),
    ).toThrow('no fixed offset')
  })

  it('reads instants in a session of another zone', async () => {
    const zoned = connect({ ...server.options, database: 'kmo_types_wire' })
    try {
      await queryPlain(zoned, "set time_zone = '-03:30'")
      const [row] = await queryTyped(
        zoned,
        'select ts, unix_timestamp(ts) as seconds from t where id = 1',
        {},
        '-03:30',
      )
      expect(row?.['ts']).toEqual(expected.ts)
      expect(Math.floor(expected.ts.getTime() / 1000)).toBe(Math.floor(Number(row?.['seconds'])))
    } finally {
      zoned.destroy()
    }
  })

  it('reads what interpolation wrote, for any vector of doubles', async () => {
    const vectors = fc.sample(
      fc.float64Array({ minLength: 3, maxLength: 3, noNaN: true, noDefaultInfinity: true }),
      { numRuns: 5, seed: 7 },
    )
    for (const vector of vectors) {
      const literal = toLiteral(vector)
      expect(
        await queryTyped(connection, `select cast(${literal} as vecf64(3)) as v`, {
          vector: 'Float64Array',
        }),
      ).toEqual([{ v: vector }])
    }
  })
})
