/**
 * Types and values agree: every column of the zoo, read back in every shape of query by a client that
 * has nothing but the generated file, is of its generated type and under its generated name.
 */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Kysely } from 'kysely'
import { columnTypeChoices, type ColumnRead, type ColumnTypeOptions } from 'kysely-matrixone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emitTypes, parseSnapshot, type SchemaModel } from '../../codegen/index.js'
import { readOption } from '../../src/schema/column-shape.js'
import type { EmitOptions } from '../../codegen/index.js'
import type { TableModel } from '../../src/schema/schema-model.js'
import { loadZoo } from '../fixtures/zoo/load-zoo.js'
import { openSession } from '../managers/metadata/metadata-support.js'
import { type Differences, differencesOf } from '../support/differences.js'
import { openClient } from '../support/database.js'
import { useServer } from '../support/server.js'
import { Workspace } from './cli/run-cli.js'
import { evaluateSchema } from './emit/typescript/evaluate.js'
import { Project } from './zoo/compile-strictly.js'
import {
  deleteReturningAll,
  queryShapes,
  type QueryShape,
  readAndUndo,
} from './zoo/query-shapes.js'
import { valueChecks } from './zoo/value-checks.js'
import { isShape } from './zoo/sample-values.js'
import { insertableTables, type TableProgram, writeProgram } from './zoo/write-program.js'

type Db = Kysely<Record<string, Record<string, unknown>>>

const server = useServer(import.meta.url)
const database = 'kmo_codegen_zoo_values'
const work = new Workspace()
const project = new Project('zoo-values')

let can: Differences
let model: SchemaModel
let readable: readonly TableModel[]
let programs: Readonly<Record<string, TableProgram<Db>>>

beforeAll(async () => {
  can = differencesOf(server.version)
  const session = openSession(server.options)
  await loadZoo(session.sql, database, can)
  const { code, stderr } = await work.run([], { DATABASE_URL: `${server.url}/${database}` })
  if (code !== 0) throw new Error(stderr)
  const snapshot = readFileSync(work.path('generated/db.schema.json'), 'utf8')
  model = parseSnapshot(snapshot, 'db.schema.json')
  readable = (model.databases[0]?.tables ?? []).filter(
    ({ kind, broken }) => kind !== 'external' && broken === undefined,
  )
  await session.sql(`create table ${database}.zz_one (zz_only int primary key)`)
  await session.sql(`insert into ${database}.zz_one values (1)`)
  session.close()
  await fillTables()
})

afterAll(async () => {
  const session = openSession(server.options)
  await session.sql(`drop database if exists ${database}`)
  session.close()
  project.remove()
  work.remove()
})

async function fillTables(): Promise<void> {
  project.write('db.ts', readFileSync(work.path('generated/db.ts'), 'utf8'))
  project.write('program.ts', writeProgram(model, can.geometryFunctions))
  const path = pathToFileURL(project.path('program.ts')).href
  const written = (await import(/* @vite-ignore */ path)) as { readonly tables: typeof programs }
  programs = written.tables
  const db = openClient<Record<string, Record<string, unknown>>>({
    options: { ...server.options, database },
  })
  for (const { name } of insertableTables(model)) {
    // 4.2.0 panics at an INSERT into the child of a foreign key that has a search index.
    await programs[name]
      ?.insertAll(db)
      .catch((error: Error) => expect(error.message).toMatch(/panic/))
  }
  await db.destroy()
}

/** The other choice than `types` makes, for every other column that has one. */
function everyOtherColumn(types: ColumnTypeOptions): Readonly<Record<string, ColumnRead>> {
  return Object.fromEntries(
    readable.flatMap(({ name, columns }) =>
      columns.flatMap(({ name: column, type }, at): (readonly [string, ColumnRead])[] => {
        const option = readOption(type)
        // The zoo's tinyints hold more than 0 and 1, which is an error for a boolean.
        if (option === undefined || option === 'tinyint' || at % 2 === 0) return []
        const choices: readonly ColumnRead[] = columnTypeChoices[option]
        const other = choices.find((choice) => choice !== (types[option] ?? choices[0]))
        return other === undefined ? [] : [[`${name}.${column}`, other]]
      }),
    ),
  )
}

interface Reading {
  readonly differences: readonly string[]
  readonly refused: ReadonlyMap<string, string>
  readonly values: number
}

/** Reads these tables in one shape, by a client that has the generated file alone. */
async function readAll(
  options: EmitOptions,
  shape: QueryShape,
  tables: readonly TableModel[] = readable,
): Promise<Reading> {
  const [file] = await emitTypes(model, options)
  const text = file?.text ?? ''
  const checks = valueChecks(text)
  const db = openClient<Record<string, Record<string, unknown>>>(
    { options: { ...server.options, database } },
    { schema: evaluateSchema(text) },
  )
  const differences: string[] = []
  const refused = new Map<string, string>()
  let values = 0
  for (const { name } of tables) {
    const columns = checks.get(name) ?? new Map()
    const rows = await shape(db, name).catch((error: Error) => refused.set(name, error.message))
    for (const row of Array.isArray(rows) ? rows : []) {
      const names = Object.keys(row)
      if (names.length !== columns.size || !names.every((column) => columns.has(column))) {
        differences.push(`${name} has the columns ${names.join()}`)
      }
      for (const [column, check] of columns) {
        if (row[column] !== null) values += 1
        if (check.accepts(row[column])) continue
        differences.push(`${name}.${column} is ${typeof row[column]}, declared ${check.type}`)
      }
    }
  }
  await db.destroy()
  return { differences, refused, values }
}

const types: ColumnTypeOptions = {
  bigint: 'bigint',
  decimal: 'number',
  date: 'Date',
  datetime: 'string',
  vector: 'Float64Array',
  json: 'string',
}

describe.each([
  ['the defaults', (): EmitOptions => ({})],
  [
    'every choice, and the other one for every other column',
    (): EmitOptions => ({
      types,
      columnTypes: everyOtherColumn(types),
      float32ForVecf64: 'allow',
    }),
  ],
])('under %s', (_options, optionsOf) => {
  it.each(Object.entries(queryShapes))('%s gives what the types declare', async (name, shape) => {
    const { differences, refused, values } = await readAll(optionsOf(), shape)
    // 3.0.14 lower-cases the names and makes doubles of decimals in a CTE of a union of derived tables.
    if (can.nestedUnionKeepsColumns || !/union of derived/.test(name)) {
      expect(differences).toEqual([])
    }
    expect([...refused]).toEqual(/union/.test(name) ? refusedUnions() : [])
    expect(values).toBeGreaterThan(300)
  })

  it.each([
    ['an INSERT', insertReturningAll],
    ['a DELETE', deleteReturningAll],
  ])('returningAll() of %s gives what the types declare', async (verb, shape) => {
    if (!can.returning) return
    // DELETE refuses to return from either side of a foreign key (20105, 4.2.0).
    const tables = insertableTables(model).filter(({ name }) => !name.startsWith('fk_'))
    const { differences, refused, values } = await readAll(optionsOf(), shape, tables)
    expect(differences).toEqual([])
    expect([...refused]).toEqual(verb === 'a DELETE' ? refusedReturning(tables) : [])
    expect(values).toBeGreaterThan(200)
  })
})

async function insertReturningAll(
  db: Db,
  table: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return readAndUndo(db, async (trx) => (await programs[table]?.insertReturning(trx)) ?? [])
}

/** Tables with an enum or set, which DELETE … RETURNING cannot give on 4.2.0. */
function refusedReturning(tables: readonly TableModel[]): readonly (readonly [string, string])[] {
  return tables
    .filter(({ columns }) => columns.some(({ type }) => type.members !== undefined))
    .map(({ name }) => [name, expect.stringContaining('DELETE cannot return') as string])
}

/** Tables with a column of a type that the server cannot put into a union. */
function refusedUnions(): readonly (readonly [string, string])[] {
  return readable
    .filter(({ columns }) =>
      columns.some(
        ({ type }) =>
          isShape(type) ||
          type.name === 'datalink' ||
          (type.name === 'year' && !can.unionTakesYear),
      ),
    )
    .map(({ name }) => [name, "SQL parser error: the 1 column cann't cast to a same type"])
}
