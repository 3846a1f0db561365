import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { MatrixOne, Vector } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { defineDoctor, type DoctorFile } from '../../../codegen/index.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { type CommandResult, Workspace } from '../cli/run-cli.js'

const server = useServer(import.meta.url)
const database = 'kmo_codegen_doctor'

let raw: Connection
let work: Workspace

const WORDS = ['alpha', 'beta', 'gamma', 'delta', 'omega']
const vectorOf = (at: number): readonly number[] => [at % 101, (at * 53) % 103, at % 97]
const rows = Array.from({ length: 300 }, (_, at) => ({
  id: at + 1,
  body: `${WORDS[at % 5]} ${WORDS[(at * 7 + 1) % 5]}`,
  v: vectorOf(at + 1),
}))

beforeAll(async () => {
  ;({ raw } = await openDatabase(server, database))
  await raw.query(`use ${database}`)
  await raw.query('create table notes (id bigint primary key, body varchar(40), v vecf32(3))')
  await raw.query('create table plain (id int primary key)')
  const values = rows.map(({ id, body, v }) => `(${id}, '${body}', '[${v.join(',')}]')`)
  await raw.query(`insert into notes values ${values.join(', ')}`)
  await raw.query("create index near using ivfflat on notes (v) lists = 20 op_type 'vector_l2_ops'")
  await raw.query('create fulltext index words on notes (body)')
})
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

const run = (...flags: readonly string[]): Promise<CommandResult> =>
  work.run(['doctor', ...flags], { DATABASE_URL: `${server.url}/${database}` })

/** The file of a project: the nearest rows of twelve places are relevant. */
const FILE = `
const near = { name: 'near', algo: 'ivfflat', metric: 'l2' }
const vectors = { v: { element: 'f32', dimension: 3, indexes: [near] } }
const schema = { tables: { notes: { key: ['id'], vectors, fulltext: { words: ['body'] } } } }
const vectorOf = (at) => [at % 101, (at * 53) % 103, at % 97]
const judged = Array.from({ length: 12 }, (_, at) => ({
  id: 'q' + at,
  query: { vector: vectorOf(at * 20 + 1), text: 'alpha' },
  grades: new Map([[String(at * 20 + 1), 1]]),
}))
const search = (db, { vector }) => db.vectorSearch('notes', 'v', vector)
const words = (db, { text }) => db.textSearch('notes', ['body'], text)
`

const write = (rest: string, name = 'search.mjs'): void =>
  writeFileSync(work.path(name), `${FILE}${rest}\n`)

describe('mo-codegen doctor', () => {
  it('examines the database of --database, whatever the URL names', async () => {
    const { code, stdout } = await work.run(['doctor', '--database', database], {
      DATABASE_URL: `${server.url}/mo_catalog`,
    })
    expect(code).toBe(0)
    expect(stdout).toContain('notes.v: 300 vectors of 3 elements\n')
  })

  it('examines every vector column, and exits with 0 when there is nothing', async () => {
    const { code, stdout, stderr } = await run()
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('notes.v: 300 vectors of 3 elements\n')
    expect(stdout).toContain('  nothing found\n')
    expect(stdout).toMatch(
      /\n\n0 findings in 1 vector column of the database at 127\.0\.0\.1:\d+\/kmo_codegen_doctor\.\n$/,
    )
  })

  it('measures the searches of a file, and writes numbers and charts', async () => {
    write(
      `export default { schema, judged, searches: { search, words }, recall: { search, limits: [20, 5] } }`,
    )
    const flags = ['--search', 'search.mjs', '--json', 'out/numbers.json', '--charts', 'charts']
    const { code, stdout, stderr } = await run(...flags, '--min-ndcg', '0.9', '--min-recall', '0.9')
    expect([code, stderr]).toEqual([
      0,
      'Wrote out/numbers.json.\nWrote charts/recall.svg.\nWrote charts/ndcg.svg.\n',
    ])
    expect(stdout).toContain('Recall of 12 queries\n')
    expect(stdout).toMatch(/\n {2}20 +1\.000 +1\.000 /)
    expect(stdout).toMatch(/\n {2}search +1\.000 +1\.000 +1\.000 /)
    const numbers = JSON.parse(readFileSync(work.path('out/numbers.json'), 'utf8')) as object
    expect(numbers).toMatchObject({
      indexes: [{ table: 'notes', findings: [] }],
      evaluation: { searches: [{ name: 'search', ndcg: 1 }, { name: 'words' }] },
      recall: { limits: [{ probeLimit: 20, recall: 1 }, { probeLimit: 5 }] },
      missed: [],
    })
    expect(readFileSync(work.path('charts/ndcg.svg'), 'utf8')).toMatch(/^<svg /)
  })

  it('exits with 1 when a target is missed, and says which', async () => {
    write(`export default { schema, judged, searches: { words }, recall: { search, limits: [1] } }`)
    const flags = ['--search', 'search.mjs', '--min-ndcg', '0.99', '--min-recall', '1']
    const { code, stdout } = await run(...flags)
    expect(code).toBe(1)
    expect(stdout).toMatch(/\nThe best nDCG is 0\.\d{3}, below --min-ndcg 0\.99\.\n/)
    expect(stdout).toMatch(
      /\nThe recall at the probe limit 1 is 0\.\d{3}, below --min-recall 1\.\n/,
    )
  })

  it('exits with 1 when a search is worse than in the baseline, and not when it is the same', async () => {
    const only = (search: string): string =>
      `export default { schema, judged, searches: { it: ${search} }, recall: { search } }`
    write(only('search'))
    await run('--search', 'search.mjs', '--json', 'before.json')
    const compare = (): Promise<CommandResult> =>
      run('--search', 'search.mjs', '--baseline', 'before.json')
    expect((await compare()).code).toBe(0)
    // Node keeps a module that it has imported.
    write(only('words'), 'worse.mjs')
    const { code, stdout } = await run('--search', 'worse.mjs', '--baseline', 'before.json')
    expect(code).toBe(1)
    expect(stdout).toMatch(/\nit has an nDCG that is lower by 0\.\d{3} than in before\.json\.\n/)
  })

  it('exits with 1 when an index has a finding', async ({ skip }) => {
    skip(!server.can.insertIgnorePhantom, 'INSERT IGNORE leaves no phantom')
    await raw.query("insert ignore into notes values (9, '', '[7, 7, 7]')")
    const { code, stdout } = await run('--include-pattern', 'notes')
    expect(code).toBe(1)
    expect(stdout).toContain('  phantom-entries  near has 1 entry (for example 9)')
    expect(stdout).toContain("db.vectorOps.reindex('notes', 'near')")
    await raw.query('alter table notes alter reindex near ivfflat')
    expect((await run('--log-level', 'silent')).stdout).toBe('')
  })
})

describe('mo-codegen doctor refuses with 2', () => {
  const expectRefused = async (message: string, ...flags: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await run(...flags)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  }

  it('targets without searches, and numbers that are none', async () => {
    await expectRefused('Name the file that has them with --search.', '--min-ndcg', '0.4')
    await expectRefused('--min-recall must be a number from 0 to 1', '--min-recall', '95')
  })

  it('a database without vector columns, unless that is accepted', async () => {
    await expectRefused('There is no vector column in the database', '--include-pattern', 'plain')
    const accepted = await run('--include-pattern', 'plain', '--allow-empty')
    expect(accepted.code).toBe(0)
  })

  it('a file that is missing, breaks, or has no searches', async () => {
    await expectRefused('There is no file gone.mjs.', '--search', 'gone.mjs')
    write('export default { schema }')
    await expectRefused('search.mjs has no searches.', '--search', 'search.mjs')
  })

  it('a baseline that is missing, or something else', async () => {
    write('export default { schema, judged, searches: { search } }')
    await expectRefused(
      'There is no baseline gone.json.',
      '--search',
      'search.mjs',
      '--baseline',
      'gone.json',
    )
    writeFileSync(work.path('other.json'), '{"tables": []}')
    await expectRefused(
      'other.json is not a report of',
      '--search',
      'search.mjs',
      '--baseline',
      'other.json',
    )
    expect(existsSync(work.path('charts'))).toBe(false)
  })
})

describe('defineDoctor', () => {
  interface DB {
    notes: { id: number; body: string; v: Vector<'f32', 3> }
  }

  it('types the file by its judged queries', () => {
    const file = defineDoctor({
      schema: { tables: {} },
      searches: {
        it: (db: MatrixOne<DB>, { vector }: { vector: number[] }) =>
          db.vectorSearch('notes', 'v', vector, { exact: true, metric: 'l2' }),
      },
      judged: [{ id: 'q', query: { vector: [1, 2, 3] }, grades: new Map([['1', 1]]) }],
    })
    expectTypeOf(file).toEqualTypeOf<DoctorFile<DB, { vector: number[] }>>()
  })
})
