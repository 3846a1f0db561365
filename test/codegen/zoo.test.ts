/** The whole way: a hundred odd objects on the server, the types generated from them, and rows. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Kysely } from 'kysely'
import { type ColumnTypeOptions, MatrixOne } from 'kysely-matrixone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emitTypes, parseSnapshot, type SchemaModel } from '../../codegen/index.js'
import { loadZoo } from '../fixtures/zoo/load-zoo.js'
import { openSession } from '../managers/metadata/metadata-support.js'
import { useServer } from '../support/server.js'
import { type CommandResult, Workspace } from './cli/run-cli.js'
import { Project } from './zoo/compile-strictly.js'
import { valueChecks } from './zoo/value-checks.js'
import { insertableTables, type TableProgram, writeProgram } from './zoo/write-program.js'

type Db = Kysely<Record<string, Record<string, unknown>>>

const server = useServer(import.meta.url)
const database = 'kmo_codegen_zoo'
const work = new Workspace()
const project = new Project('zoo')

let result: CommandResult
let generated: string
let model: SchemaModel
let programs: Readonly<Record<string, TableProgram<Db>>>
let db: Db

/** A full client of the library that reads columns as `types` says. */
function connect(types: ColumnTypeOptions = {}): Db {
  return new MatrixOne({ connection: { ...server.options, database }, types })
}

/** The rows of a table by their id: nothing says in which order the server reads them. */
async function rowsOf(name: string, reader: Db): Promise<readonly unknown[]> {
  const rows = (await programs[name]?.read(reader)) ?? []
  const idOf = (row: unknown) => Number(Reflect.get(Object(row) as object, 'id'))
  return rows.toSorted((one, other) => idOf(one) - idOf(other))
}

/** Tables that the server cannot insert into, each with its reason. */
function refusedInserts(): ReadonlyMap<string, RegExp> {
  if (server.can.insertIntoIndexedChild !== 'panics') return new Map()
  // 4.2.0 dereferences a nil pointer when a child of a foreign key has a search index.
  return new Map([
    ['fk_fulltext', /panic/],
    ['fk_vector', /panic/],
  ])
}

beforeAll(async () => {
  const session = openSession(server.options)
  await loadZoo(session.sql, database, server.can)
  session.close()
  result = await work.run([], { DATABASE_URL: `${server.url}/${database}` })
  generated = readFileSync(work.path('generated/db.ts'), 'utf8')
  model = parseSnapshot(
    readFileSync(work.path('generated/db.schema.json'), 'utf8'),
    'db.schema.json',
  )
  project.write('db.ts', generated)
  project.write('program.ts', writeProgram(model, server.can.geometryFunctions))
  const written = (await import(
    /* @vite-ignore */ pathToFileURL(project.path('program.ts')).href
  )) as { readonly tables: typeof programs }
  programs = written.tables
  db = connect()
})

afterAll(async () => {
  await db?.schema.dropSchema(database).ifExists().execute()
  await db?.destroy()
  project.remove()
  work.remove()
})

describe('mo-codegen on the zoo', () => {
  it('writes types without any configuration', () => {
    expect(result.code).toBe(0)
    expect(result.stderr).toMatch(/^Wrote generated\/db\.ts \(\d+ tables\)\.$/m)
    expect(generated).not.toContain('unknown')
  })

  it('writes the same text as a process of its own', async () => {
    const file = fileURLToPath(new URL('../../codegen/bin/mo-codegen.js', import.meta.url))
    const url = `${server.url}/${database}`
    const child = spawn(process.execPath, [file, '--url', url, '--print'], { cwd: work.folder })
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
    expect(printed).toBe(generated)
  })

  it.each(['7', '5.9'] as const)(
    'compiles strictly on TypeScript %s, and asks for exactly the required columns',
    async (version) => expect(await project.compile(version)).toBe(''),
    180_000,
  )

  it('keeps emoji in names, comments and members', () => {
    const set =
      server.can.setWire === 'text' ? "SetOf<'😀' | 'é'>" : 'as the bit mask of its members'
    for (const text of ["'😀': ", "'😀' | ", 'sehr schön 😀', set, "'w😀': "]) {
      expect(generated).toContain(text)
    }
  })
})

describe('a typed INSERT', () => {
  it('of the required columns only succeeds for every table', async () => {
    expect(await insertInto('insertRequired')).toEqual([])
  })

  it('of every column that can be written succeeds for every table', async () => {
    expect(await insertInto('insertAll')).toEqual([])
  })

  /** Inserts into each table; returns what went otherwise than expected. */
  async function insertInto(method: 'insertRequired' | 'insertAll'): Promise<readonly string[]> {
    const refused = refusedInserts()
    const surprises: string[] = []
    for (const { name } of insertableTables(model)) {
      const outcome = await programs[name]?.[method](db).then(
        () => null,
        (error: Error) => error.message,
      )
      const reason = refused.get(name)
      const asExpected = reason ? reason.test(outcome ?? '') : outcome === null
      if (!asExpected) surprises.push(`${name}: ${outcome}`)
    }
    return surprises
  }
})

describe('a selected row', () => {
  it('with an integer beyond 2^53 is refused, where numbers are declared', async () => {
    const read = async (types: ColumnTypeOptions): Promise<unknown> => {
      const reader = connect(types)
      try {
        return (await rowsOf('d_numbers', reader))[0]
      } finally {
        await reader.destroy()
      }
    }
    await expect(read({})).rejects.toThrow(/"e".*beyond 2\^53/)
    expect(await read({ bigint: 'bigint' })).toMatchObject({ e: 9007199254740993n })
    await db.updateTable('d_numbers').set({ e: 5 }).where('id', '=', 1).execute()
  })

  const everyChoice: readonly ColumnTypeOptions[] = [
    {},
    {
      bigint: 'bigint',
      decimal: 'number',
      date: 'Date',
      datetime: 'string',
      vector: 'Float64Array',
      json: 'string',
    },
    { bigint: 'string', vector: 'Float32Array' },
  ]

  it.each(everyChoice)('holds what the generated types declare under %j', async (types) => {
    const [file] = await emitTypes(model, { types, float32ForVecf64: 'allow' })
    const checks = valueChecks(file?.text ?? '')
    const reader = connect(types)
    const wrong: string[] = []
    const filled = new Set<string>()
    try {
      for (const { name } of insertableTables(model)) {
        const columns = checks.get(name)
        for (const row of (await programs[name]?.read(reader)) ?? []) {
          expect(Object.keys(row).toSorted()).toEqual([...(columns?.keys() ?? [])].toSorted())
          for (const [column, check] of columns ?? []) {
            if (row[column] !== null) filled.add(`${name}.${column}`)
            if (check.accepts(row[column])) continue
            wrong.push(`${name}.${column} is ${typeof row[column]}, declared ${check.type}`)
          }
        }
      }
    } finally {
      await reader.destroy()
    }
    expect(wrong).toEqual([])
    // The check would mean nothing for columns that are null in every row.
    const empty = insertableTables(model)
      .filter(({ name }) => !refusedInserts().has(name))
      .flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`))
      .filter((column) => !filled.has(column))
    expect(empty).toEqual([
      ...(server.can.geometryFunctions ? [] : ['t_geometry.a', 't_geometry.b']),
      't_vector_open.a',
    ])
  })

  it('of a view holds what they declare as well', async () => {
    const checks = valueChecks(generated)
    for (const name of ['w_plain', 'w_join', 'w_expressions', 'w_enum', 'w_vector', 'w😀']) {
      const rows = await db.selectFrom(name).selectAll().execute()
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) {
        for (const [column, check] of checks.get(name) ?? []) {
          expect([name, column, check.type, check.accepts(row[column])]).toContain(true)
        }
      }
    }
  })

  it('brings back the emoji that were written', async () => {
    const read = async (name: string): Promise<unknown> => (await rowsOf(name, db)).at(-1)
    expect(await read('😀')).toEqual({ id: 2, '😀': 'a2😀', 中文: 2 })
    expect(await read('t_enum_odd')).toEqual({ id: 2, a: '😀' })
    if (server.can.setWire === 'text') expect(await read('t_set_emoji')).toEqual({ id: 2, a: '😀' })
    expect(await read('d_strings')).toMatchObject({ e: 'a2😀' })
    expect(await read('t_json')).toMatchObject({ a: { a: '😀', list: [2, null, true] } })
  })
})
