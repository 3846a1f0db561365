import fc from 'fast-check'
import type { Connection } from 'mysql2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ValueError } from '../../src/errors.js'
import { interpolate } from '../../src/sql/interpolate.js'
import { toLiteral } from '../../src/sql/literals.js'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'
import { connect, queryPlain, queryTyped, type Row } from '../wire/raw-query.js'

const server = useServer(import.meta.url)
const utc = { timeZone: '+00:00' }

describe('toLiteral', () => {
  it.each([
    [null, 'null'],
    [true, 'true'],
    [-1.5, '-1.5'],
    [2n ** 64n - 1n, '18446744073709551615'],
    ['it\'s \\ \0 \n \u001a % _ "', "'it''s \\\\ \\0 \n \u001a % _ \"'"],
    [new Date('2024-05-06T07:08:09.123Z'), "'2024-05-06 07:08:09.123'"],
    [Buffer.from([0, 255]), "x'00ff'"],
    [new Uint8Array([1, 2, 3]).subarray(1), "x'0203'"],
    [new Uint8Array([1]).buffer, "x'01'"],
    [new DataView(new Uint8Array([1, 2]).buffer, 1), "x'02'"],
    [new Uint8Array(), "x''"],
    [[1, 2.5, -0], "'[1,2.5,-0]'"],
    [
      Float32Array.of(0.1, 1 / 3, 16777216, 1e-45, 3.4028235e38),
      "'[0.1,0.33333334,16777216,1e-45,3.4028235e+38]'",
    ],
    [Float64Array.of(0.1, 1 / 3), "'[0.1,0.3333333333333333]'"],
    [Int8Array.of(-128, 127), "'[-128,127]'"],
    [[], "'[]'"],
    [['a', 1], `'["a",1]'`],
    [
      { a: "it's", b: undefined, c: [undefined], d: new Date(0) },
      `'{"a":"it''s","c":[null],"d":"1970-01-01T00:00:00.000Z"}'`,
    ],
    [{ big: 2n ** 63n }, `'{"big":9223372036854775808}'`],
    [{ quote: '"\\' }, `'{"quote":"\\\\"\\\\\\\\"}'`],
    [{ toJSON: () => [1] }, "'[1]'"],
  ])('writes %o as %s', (value, literal) => {
    expect(toLiteral(value, utc)).toBe(literal)
  })

  it.each([
    ['+08:00', "'2024-05-06 15:08:09.000'"],
    ['-03:30', "'2024-05-06 03:38:09.000'"],
    ['Z', "'2024-05-06 07:08:09.000'"],
    ['UTC', "'2024-05-06 07:08:09.000'"],
  ])('writes a Date in the zone %s', (timeZone, literal) => {
    expect(toLiteral(new Date('2024-05-06T07:08:09Z'), { timeZone })).toBe(literal)
  })

  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'leave the column out'],
    ['NaN', Number.NaN, 'NaN'],
    ['Infinity', Infinity, 'Infinity'],
    ['a function', () => 1, 'a function'],
    ['a symbol', Symbol('x'), 'a symbol'],
    ['a lone surrogate', 'a\ud800', 'lone surrogate'],
    ['an invalid Date', new Date(Number.NaN), 'the Date is invalid'],
    ['the year 10000', new Date('+010000-01-01T00:00:00Z'), '10000'],
    ['the year 0', new Date('0000-01-01T00:00:00Z'), '0001 to 9999'],
    ['a Map', new Map(), 'a Map at $'],
    ['a Set', { tags: new Set() }, 'a Set at $.tags'],
    ['a class instance', new (class Point {})(), 'a Point'],
    ['NaN in JSON', { a: [1, Number.NaN, 'x'] }, 'NaN at $.a[1]'],
    ['NaN in a vector', [1, Number.NaN], 'NaN at position 1'],
    ['Infinity in a Float32Array', Float32Array.of(Infinity), 'Infinity at position 0'],
    ['a typed array in JSON', { v: new Float32Array(1) }, 'a Float32Array at $.v'],
    ['a BigInt64Array', new BigInt64Array(1), 'BigInt64Array'],
    ['a bigint in JSON beyond 64 bits', { a: 2n ** 64n }, 'pass a string'],
    ['a lone surrogate in JSON', { a: '\udfff' }, 'lone surrogate at $.a'],
    ['raw SQL of mysql2', { toSqlString: () => 'now()' }, 'a function at $.toSqlString'],
    ['an invalid Date in JSON', { at: new Date(Number.NaN) }, 'an invalid Date at $.at'],
  ])('refuses %s', (_what, value, message) => {
    expect(() => toLiteral(value, utc, 3)).toThrow(ValueError)
    expect(() => toLiteral(value, utc, 3)).toThrow(message)
    expect(() => toLiteral(value, utc, 3)).toThrow('Parameter 3')
  })

  it('refuses a cycle, but takes the same object twice', () => {
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    expect(() => toLiteral(cycle, utc)).toThrow('its own parents at $.self')
    const shared = { a: 1 }
    expect(toLiteral([shared, shared], utc)).toBe(`'[{"a":1},{"a":1}]'`)
  })

  it('refuses a zone without a fixed offset', () => {
    expect(() => toLiteral(new Date(0), { timeZone: 'Asia/Shanghai' })).toThrow('no fixed offset')
  })

  it('writes every float32 so that it reads back as the same', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const literal = toLiteral(Float32Array.of(value), utc)
        const text = literal.slice(2, -2)
        expect(Object.is(Math.fround(Number(text)), value)).toBe(true)
        expect(
          text
            .replace(/e.*/, '')
            .replace(/\D/g, '')
            .replace(/^0+|0+$/g, '').length,
        ).toBeLessThan(10)
      }),
      { numRuns: 5000 },
    )
  })

  it('writes JSON as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 3 }), (value) => {
        fc.pre(value !== null && typeof value === 'object')
        const literal = toLiteral(value, utc)
          .slice(1, -1)
          .replaceAll("''", "'")
          .replaceAll('\\\\', '\\')
        expect(JSON.stringify(JSON.parse(literal))).toBe(JSON.stringify(value))
      }),
      { numRuns: 200 },
    )
  })
})

describe('values on their way to the server and back', () => {
  let connection: Connection
  let id = 0

  beforeAll(async () => {
    const { options } = await openDatabase(server, 'kmo_sql_literals')
    connection = connect(options)
    await queryPlain(connection, "set time_zone = '+08:00'")
    await queryPlain(
      connection,
      `create table t (id int primary key, s text, vc varchar(200), b varbinary(200), bl blob, bits bit(64),
        flag bool, big bigint, ubig bigint unsigned, d double, f float, de decimal(38, 10),
        dt datetime(3), ts timestamp(3), js json, v32 vecf32(4), v64 vecf64(4))`,
    )
  })

  afterAll(() => connection.destroy())

  /** Writes the values into one column in one statement and reads them back in order. */
  async function roundTrip(column: string, values: readonly unknown[]): Promise<unknown[]> {
    const first = id
    const parameters = values.flatMap((value) => [id++, value])
    const rows = values.map(() => '(?, ?)').join(', ')
    const zone = { timeZone: '+08:00' }
    await queryPlain(
      connection,
      interpolate(`insert into t (id, ${column}) values ${rows}`, parameters, zone),
    )
    const found = await queryTyped(
      connection,
      interpolate(`select ${column} as v from t where id >= ? order by id`, [first], zone),
      { bigint: 'bigint' },
      zone.timeZone,
    )
    return found.map((row: Row) => row['v'])
  }

  const sample = <T>(arbitrary: fc.Arbitrary<T>, size = 60): T[] =>
    fc.sample(arbitrary, { numRuns: size, seed: 20261121 })

  it('expands an array into a list when mysql2 does it (the trap)', () => {
    expect(connection.format('insert into t (v32) values (?)', [[1, 2, 3, 4]])).toBe(
      'insert into t (v32) values (1, 2, 3, 4)',
    )
  })

  const awkward = [
    "'",
    '"',
    '\\',
    '\\0',
    '\0',
    '\n',
    '\r\n',
    '\u001a',
    '%',
    '_',
    '\\%',
    '\\_',
    '😀',
    'é',
    '\ufffd',
    '\u2028',
    '?',
    "\\'",
    '',
    ' ',
    '[1]',
    '; drop table t; -- ',
  ]

  it('keeps every string', async () => {
    const strings = [
      ...awkward,
      ...sample(fc.string({ unit: fc.constantFrom(...awkward, 'a', '中'), maxLength: 12 })),
    ]
    expect(await roundTrip('s', strings)).toEqual(strings)
    expect(await roundTrip('vc', strings)).toEqual(strings)
  })

  it('keeps all bytes', async () => {
    const bytes = [
      Buffer.alloc(0),
      Buffer.from(Array.from({ length: 200 }, (_, index) => index + 56)),
      ...sample(fc.uint8Array({ maxLength: 60 })).map((array) => Buffer.from(array)),
    ]
    expect(await roundTrip('b', bytes)).toEqual(bytes)
    expect(await roundTrip('bl', bytes)).toEqual(bytes)
  })

  it('finds what it wrote', async () => {
    const bytes = Buffer.from('00ff27225c', 'hex')
    const text = "a'b\\c😀"
    await roundTrip('b', [bytes])
    await roundTrip('s', [text])
    const found = await queryTyped(
      connection,
      interpolate('select count(*) as n from t where b = ? or s = ?', [bytes, text], utc),
    )
    expect(found).toEqual([{ n: 2 }])
  })

  it('keeps booleans, bits and 64-bit integers', async () => {
    expect(await roundTrip('flag', [true, false, null])).toEqual([true, false, null])
    const signed = [
      2n ** 63n - 1n,
      -(2n ** 63n),
      0n,
      ...sample(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    ]
    expect(await roundTrip('big', signed)).toEqual(signed)
    const unsigned = [2n ** 64n - 1n, 0n, ...sample(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))]
    expect(await roundTrip('ubig', unsigned)).toEqual(unsigned)
    expect(await roundTrip('bits', [...unsigned, Buffer.from('ff00', 'hex')])).toEqual([
      ...unsigned,
      0xff00n,
    ])
  })

  it('keeps every double', async () => {
    const doubles = [
      0.1,
      1e21,
      1e-7,
      5e-324,
      Number.MAX_VALUE,
      -Number.MIN_VALUE,
      4.35,
      0.30000000000000004,
      ...sample(
        fc
          .double({ noNaN: true, noDefaultInfinity: true })
          .filter((value) => !Object.is(value, -0)),
      ),
    ]
    expect(await roundTrip('d', doubles)).toEqual(doubles)
  })

  it('keeps every decimal that is sent as a string', async () => {
    expect(await roundTrip('de', ['1234567890123456789012345678.0123456789', '-0.5', 7n])).toEqual([
      '1234567890123456789012345678.0123456789',
      '-0.5000000000',
      '7.0000000000',
    ])
  })

  it('keeps every instant in a session of another zone', async () => {
    const dates = [
      new Date('1970-01-01T00:00:01Z'),
      new Date('2024-02-29T23:59:59.999Z'),
      ...sample(
        fc.date({ min: new Date('1971-01-01'), max: new Date('9998-01-01'), noInvalidDate: true }),
      ),
    ]
    expect(await roundTrip('dt', dates)).toEqual(dates)
    expect(await roundTrip('ts', dates)).toEqual(dates)
    const early = [new Date('0001-01-02T00:00:00Z'), new Date('0099-12-31T00:00:00.5Z')]
    expect(await roundTrip('dt', early)).toEqual(early)
  })

  it('stores an instant as the server itself understands it', async () => {
    const [row] = await queryTyped(
      connection,
      interpolate(
        'select unix_timestamp(cast(? as timestamp)) * 1000 as t',
        [new Date(1704067200000)],
        { timeZone: '+08:00' },
      ),
    )
    expect(Number(row?.['t'])).toBe(1704067200000)
  })

  it('keeps JSON values', async () => {
    const values = [
      { a: [1, 'x', null, true], 'k"\\\'': { '': 0.1 } },
      [1, 2.5],
      ['a'],
      { emoji: '😀\u0001\n' },
      ...sample(fc.jsonValue({ maxDepth: 3 })).filter(
        (value) =>
          value !== null && typeof value === 'object' && !JSON.stringify(value).includes('-0'),
      ),
    ]
    expect(await roundTrip('js', values)).toEqual(values)
  })

  it('keeps vectors', async () => {
    const float = fc.float({
      noNaN: true,
      noDefaultInfinity: true,
      min: Math.fround(-1e30),
      max: Math.fround(1e30),
    })
    const f32 = sample(
      fc.float32Array({ minLength: 4, maxLength: 4, noNaN: true, noDefaultInfinity: true }),
      40,
    )
    const found = (await roundTrip('v32', f32)) as number[][]
    expect(found.map((vector) => Float32Array.from(vector))).toEqual(f32)
    const f64 = sample(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 4, maxLength: 4 }),
      40,
    )
    expect(await roundTrip('v64', f64)).toEqual(f64)
    const numbers = sample(fc.array(float, { minLength: 4, maxLength: 4 }), 20)
    const rounded = (await roundTrip('v32', numbers)) as number[][]
    expect(rounded.map((vector) => vector.map(Math.fround))).toEqual(numbers)
  })
})
