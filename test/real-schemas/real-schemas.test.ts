/**
 * The shapes of real applications from their DDL to typed rows: loaded, generated, compiled, inserted
 * into with the required columns only and with all, updated, read back by type, and free of drift.
 */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseSnapshot } from '../../codegen/index.js'
import type { SchemaModel, TableModel } from '../../src/schema/schema-model.js'
import { Workspace } from '../codegen/cli/run-cli.js'
import { evaluateSchema } from '../codegen/emit/typescript/evaluate.js'
import { Project } from '../codegen/zoo/compile-strictly.js'
import { type ValueCheck, valueChecks } from '../codegen/zoo/value-checks.js'
import { insertableTables, type TableProgram, writeProgram } from '../codegen/zoo/write-program.js'
import { openClient, openRaw } from '../support/database.js'
import { useServer } from '../support/server.js'
import { applications, loadSchema } from './load-schema.js'

type Db = Kysely<Record<string, Record<string, unknown>>>

const server = useServer(import.meta.url)
const project = new Project('real-schemas')
const works = new Map<string, Workspace>()

const databaseOf = (application: string): string => `kmo_real_${application}`
const workOf = (application: string): Workspace => works.get(application) ?? new Workspace()
const run = (application: string, ...argv: readonly string[]): ReturnType<Workspace['run']> =>
  workOf(application).run(argv, { DATABASE_URL: `${server.url}/${databaseOf(application)}` })

beforeAll(async () => {
  const raw = await openRaw(server)
  server.beforeClose(async () => {
    for (const application of applications) {
      await raw.query(`drop database if exists ${databaseOf(application)}`)
    }
  })
  for (const application of applications) {
    works.set(application, new Workspace())
    await loadSchema((sql) => raw.query(adapt(sql)), application, databaseOf(application))
    const { code, stderr } = await run(application)
    if (code !== 0) throw new Error(`${application}: ${stderr}`)
    project.write(`${application}-db.ts`, generatedOf(application))
    project.write(
      `${application}.ts`,
      writeProgram(modelOf(application), true, `./${application}-db.js`),
    )
  }
}, 300_000)

afterAll(() => {
  project.remove()
  for (const work of works.values()) work.remove()
})

/**
 * Before 4.2 a zero date is refused as a default; before 4.1 there is no DOUBLE PRECISION, no geometry can be
 * stored, and an INSERT that leaves out a SET column with DEFAULT NULL panics.
 */
function adapt(sql: string): string {
  const { geometryFunctions, setTakesDefaultNull, zeroDateDefault } = server.can
  const dated = zeroDateDefault ? sql : sql.replaceAll('0000-00-00', '1970-01-02')
  const plain = setTakesDefaultNull
    ? dated
    : dated.replaceAll(/(\bset\([^)]*\)) default null/gi, '$1')
  if (geometryFunctions) return plain
  return plain.replaceAll('DOUBLE PRECISION', 'DOUBLE').replaceAll(/ geometry\b/gi, ' text')
}

function generatedOf(application: string): string {
  return readFileSync(workOf(application).path('generated/db.ts'), 'utf8')
}

function modelOf(application: string): SchemaModel {
  const path = workOf(application).path('generated/db.schema.json')
  return parseSnapshot(readFileSync(path, 'utf8'), 'db.schema.json')
}

/** Parents before their children; a table that refers to itself is its own parent. */
function parentsFirst(tables: readonly TableModel[]): readonly TableModel[] {
  const sorted: TableModel[] = []
  const add = (table: TableModel): void => {
    if (sorted.includes(table)) return
    for (const { references } of table.foreignKeys ?? []) {
      const parent = tables.find(({ name }) => name === references.table)
      if (parent !== undefined && parent !== table) add(parent)
    }
    sorted.push(table)
  }
  for (const table of tables) add(table)
  return sorted
}

describe('the types of all applications', () => {
  it.each(['7', '5.9'] as const)('compile strictly on TypeScript %s', async (version) => {
    expect(await project.compile(version)).toBe('')
  })
})

describe.each(applications)('%s', (application) => {
  let tables: readonly TableModel[]
  let programs: Readonly<Record<string, TableProgram<Db>>>
  let db: Db

  beforeAll(async () => {
    tables = parentsFirst(insertableTables(modelOf(application)))
    const path = pathToFileURL(project.path(`${application}.ts`)).href
    const written = (await import(/* @vite-ignore */ path)) as { readonly tables: typeof programs }
    programs = written.tables
    db = openClient<Record<string, Record<string, unknown>>>(
      { options: { ...server.options, database: databaseOf(application) } },
      { schema: evaluateSchema(generatedOf(application)) },
    )
  })
  afterAll(() => db.destroy())

  it('names the columns of keys and indexes as its tables do', () => {
    for (const { columns, primaryKey = [], uniqueKeys = [], foreignKeys = [] } of tables) {
      const names = columns.map(({ name }) => name)
      const used = [...uniqueKeys, ...foreignKeys].flatMap((key) => key.columns)
      expect(names).toEqual(expect.arrayContaining([...primaryKey, ...used]))
    }
  })

  it('takes a row of the required columns only, and one of all columns, in each table', async () => {
    const inserted: unknown[] = []
    for (const { name } of tables) {
      inserted.push(await programs[name]?.insertRequired(db), await programs[name]?.insertAll(db))
    }
    const one = [expect.objectContaining({ numInsertedOrUpdatedRows: 1n })]
    expect(inserted).toEqual(Array.from({ length: 2 * tables.length }, () => one))
  })

  it('takes an update of every column', async () => {
    const updated: unknown[] = []
    for (const { name } of tables) {
      const outcome = await programs[name]?.update(db)
      // A table of keys only has nothing to update.
      if (outcome !== db) updated.push(outcome)
    }
    expect(updated.length).toBeGreaterThan(0)
    const one = expect.objectContaining({ numUpdatedRows: 1n }) as unknown
    expect(updated).toEqual(updated.map(() => one))
  })

  it('reads both rows back as the types say', async () => {
    const checks = valueChecks(generatedOf(application))
    const wrong: string[] = []
    for (const { name } of tables) {
      const columns: ReadonlyMap<string, ValueCheck> = checks.get(name) ?? new Map()
      const rows = await db.selectFrom(name).selectAll().execute()
      expect([name, rows.length]).toEqual([name, 2])
      for (const row of rows) {
        expect(Object.keys(row).toSorted()).toEqual([...columns.keys()].toSorted())
        for (const [column, check] of columns) {
          if (!check.accepts(row[column])) wrong.push(`${name}.${column}: ${check.type}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })

  it('has no drift', async () => {
    expect(await run(application, 'check')).toMatchObject({ code: 0, stderr: '' })
  })
})
