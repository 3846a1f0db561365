import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type ConnectionEventName,
  MatrixOne,
  MatrixOneError,
  onEvent,
  queryLogger,
  UniqueViolationError,
  ValueError,
} from 'kysely-matrixone'
import { record } from 'kysely-matrixone/testing'
import { traceQueries } from '../../../src/opentelemetry.js'
import { openDatabase, openRaw, type TestDatabase, withClient } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { numberShapes, shapeTables, textShapes } from './error-shapes.js'
import { fillShape, formsOf, secrets, secretsIn } from './secrets.js'

const server = useServer(import.meta.url)

let own: TestDatabase<Record<string, never>>

beforeAll(async () => {
  own = await openDatabase(server, 'redaction_test', { connection: { connectionLimit: 1 } })
  for (const statement of shapeTables) await sql.raw(statement).execute(own.db)
})

/** `SECRET_ROUNDS=13` with `MO_URL` makes it 5,000 statements. */
const ROUNDS = Number(process.env['SECRET_ROUNDS'] ?? 1)

/** Each shape with one of the secrets, in each round another one. */
const statements = Array.from({ length: ROUNDS }).flatMap((_, round) =>
  [...textShapes, ...numberShapes].map((shape, at) =>
    fillShape(shape, secrets[(at + round) % secrets.length] as (typeof secrets)[number]),
  ),
)

describe('a value in an error', () => {
  it('is in half of the messages of the server (the trap)', async () => {
    const raw = await openRaw(server, { database: 'redaction_test' })
    const said: string[] = []
    for (const statement of statements.slice(0, 60)) {
      await raw.query(statement).catch((error: Error) => said.push(error.message))
    }
    expect(said.filter((message) => secretsIn(message).length > 0).length).toBeGreaterThan(20)
  })

  it(
    'is in no error, event, span or log line of ours, whatever the statement',
    { timeout: 30_000 * ROUNDS },
    async () => {
      const shown: string[] = []
      const stops = [
        ...eventNames.map((name) => onEvent(name, (event) => shown.push(`${name} ${show(event)}`))),
        queryLogger({ mode: 'full', write: (line, event) => shown.push(line, show(event)) }),
        traceQueries({ tracer: { startSpan: (name, options) => spanInto(shown, name, options) } }),
      ]
      let failed = 0
      for (const statement of statements) {
        const run = sql.raw(statement).execute(own.db)
        const error = await run.then(
          () => undefined,
          (reason: unknown) => reason,
        )
        if (error === undefined) continue
        failed += 1
        shown.push(show(error))
      }
      for (const stop of stops) stop()
      expect(failed).toBeGreaterThan(300 * ROUNDS)
      expect(shown.filter((text) => secretsIn(text).length > 0)).toEqual([])
    },
  )

  it('that came as a parameter is not in it either', async () => {
    const name = secrets[0]?.text ?? ''
    const error = await sql`insert into notes (id, title, small) values (9, 'x', ${name})`
      .execute(own.db)
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(MatrixOneError)
    expect(secretsIn(show(error))).toEqual([])
  })

  it('leaves the names readable: tables, columns, keys', async () => {
    const taken = sql`insert into parents (id, name) values (2, 'one')`.execute(own.db)
    await expect(taken).rejects.toMatchObject({
      message: "Duplicate entry '?' for key 'name'",
      columns: ['name'],
    })
    const missing = sql`insert into notes (id, body) values (3, 'title')`.execute(own.db)
    await expect(missing).rejects.toThrow("default value for column 'title'")
    const unknown = sql`select nosuch from notes where title = 'nosuch'`.execute(own.db)
    await expect(unknown).rejects.toThrow('column nosuch does not exist')
  })

  it('is shown under errors: { values: "shown" }', async () => {
    await withClient(own, { errors: { values: 'shown' } }, async (db) => {
      const text = "insert into parents (id, name) values (2, 'one')"
      const error: unknown = await sql
        .raw(text)
        .execute(db)
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(UniqueViolationError)
      expect(error).toMatchObject({
        message: "Duplicate entry 'one' for key 'name'",
        sql: text,
        columns: ['name'],
        cause: { message: "Duplicate entry 'one' for key 'name'", sql: text },
      })
    })
  })

  it('cannot be shown by an option that does not exist', () => {
    const make = (errors: object): unknown =>
      new MatrixOne({ connection: 'mysql://root@127.0.0.1:6001', errors })
    expect(() => make({ values: 'all' })).toThrow(ValueError)
    expect(() => make({ vlaues: 'shown' })).toThrow('Did you mean errors.values?')
  })
})

describe('a value on a tape', () => {
  it('is not kept when its statement carries credentials, misspelt or not', async () => {
    const recorder = await record({ target: server.options })
    const { host, port } = recorder
    const raw = await openRaw(server, { host, port })
    for (const shape of credentialShapes) {
      const [secret] = secrets
      if (secret !== undefined) await raw.query(fillShape(shape, secret)).catch(() => undefined)
    }
    raw.destroy()
    await recorder.close()
    const kept = recorder.tape.connections[0]?.statements.map((each) => JSON.stringify(each)) ?? []
    expect(kept.length).toBeGreaterThanOrEqual(credentialShapes.length)
    expect(kept.filter((text) => secretsIn(text).length > 0)).toEqual([])
  })
})

/** An address is not a secret; what stands in it before the @ is. */
const credentialShapes: readonly string[] = textShapes.filter(
  (shape) =>
    /^(?:create|alter|drop) (?:user|account|stage)|^set password/.test(shape) &&
    !shape.includes("url = '$s'"),
)

const eventNames: readonly ConnectionEventName[] = [
  'kysely-matrixone:query:start',
  'kysely-matrixone:query:end',
  'kysely-matrixone:query:error',
  'kysely-matrixone:guard:tripped',
  'kysely-matrixone:connection:closed',
]

/** All that a log could make of a value: properties, causes, stacks. */
function show(value: unknown): string {
  if (!(value instanceof Error)) return JSON.stringify(value, (_, each: unknown) => showError(each))
  return [
    value.message,
    value.stack,
    JSON.stringify(Object.fromEntries(Object.entries(value))),
    String(value),
  ]
    .concat(value.cause === undefined ? [] : show(value.cause))
    .join('\n')
}

function showError(value: unknown): unknown {
  return value instanceof Error ? show(value) : value
}

function spanInto(
  shown: string[],
  name: string,
  options: unknown,
): {
  setAttributes: (attributes: object) => void
  setStatus: (status: object) => void
  recordException: (error: Error) => void
  end: () => void
} {
  shown.push(name, JSON.stringify(options))
  return {
    setAttributes: (attributes) => shown.push(JSON.stringify(attributes)),
    setStatus: (status) => shown.push(JSON.stringify(status)),
    recordException: (error) => shown.push(show(error)),
    end: () => undefined,
  }
}

it('are twenty, each in every form that the server prints', () => {
  expect(secrets).toHaveLength(20)
  expect(formsOf({ text: 'aB1', number: '1234567' })).toEqual([
    'ab1',
    '1234567',
    '614231',
    '97 66 49',
  ])
})
