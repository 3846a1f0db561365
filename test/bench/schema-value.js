/**
 * The cost of the schema value for a program of 30 queries over 2,000 tables of 20 columns: its
 * type-check with the value beside that without, on both compilers, and the milliseconds that it adds
 * to the program's start. Needs no server.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { emitTypes } from '../../codegen/dist/index.js'
import { interleave, median, ratioOf, spreadOf } from './measure.js'
import { reportAtMost } from './report.js'

const tables = Number(process.env.BENCH_TABLES ?? 2000)
const rounds = Number(process.env.BENCH_ROUNDS ?? 7)
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = fileURLToPath(new URL('output/schema-value', import.meta.url))
const compilers = { 7: 'typescript', 5.9: 'typescript-5.9' }

/** Every table has an enum, every tenth a vector index, every twentieth capitals in a name. */
function makeModel() {
  const list = Array.from({ length: tables }, (_, number) => {
    const name = `table_${String(number).padStart(4, '0')}`
    const columns = [
      { name: 'id', type: { name: 'bigint' }, autoIncrement: true, insertOptional: true },
      { name: 'state', type: { name: 'enum', members: ['new', 'paid', 'sent'] } },
      number % 10 === 0
        ? { name: 'place', type: { name: 'vecf32', vector: { element: 'f32', dimension: 768 } } }
        : { name: 'place', type: { name: 'text' } },
      { name: number % 20 === 0 ? 'userName' : 'user_name', type: { name: 'varchar', length: 80 } },
      ...Array.from({ length: 16 }, (_column, at) => ({
        name: `column_${at}`,
        type: { name: ['int', 'bigint', 'decimal', 'datetime', 'json', 'varchar'][at % 6] },
        nullable: true,
      })),
    ]
    const vectorIndexes = [
      { name: 'near', column: 'place', algorithm: 'ivfflat', metric: 'l2', dimension: 768 },
    ]
    return {
      name,
      kind: 'table',
      columns,
      primaryKey: ['id'],
      ...(number % 10 === 0 && { vectorIndexes }),
    }
  })
  return { databases: [{ tables: list }] }
}

/** Thirty joins, inserts and updates over tables from the whole schema. */
function makeProgram(withValue) {
  const name = (number) => `table_${String(number % tables).padStart(4, '0')}`
  const queries = Array.from({ length: 10 }, (_, at) => {
    const [a, b] = [name(at * 197), name(at * 197 + 61)]
    return `
export const joined${at} = await db.selectFrom('${a} as a').innerJoin('${b} as b', 'b.id', 'a.id')
  .select(['a.id', 'b.state', 'a.column_2']).where('a.state', '=', 'new').execute()
await db.insertInto('${a}').values({ state: 'paid', place: null!, ${((at * 197) % tables) % 20 === 0 ? 'userName' : 'user_name'}: 'a' }).execute()
await db.updateTable('${b}').set({ column_0: joined${at}.length }).where('id', 'in', [1, 2]).execute()
`
  })
  const imports = withValue ? '{ type DB, schema }' : '{ type DB }'
  const options = withValue ? '{ connection, schema }' : '{ connection }'
  return `import { MatrixOne } from 'kysely-matrixone'
import ${imports} from './db.js'
const connection = { host: '127.0.0.1', port: 1 }
const db = new MatrixOne<DB>(${options})
${queries.join('')}`
}

async function writeProject(name, schemaValue) {
  const place = join(folder, name)
  mkdirSync(place, { recursive: true })
  const [file] = await emitTypes({ formatVersion: 1, ...makeModel() }, { schemaValue })
  writeFileSync(join(place, 'db.ts'), file.text)
  writeFileSync(join(place, 'program.ts'), makeProgram(schemaValue))
  const compilerOptions = { noEmit: true, declaration: false, declarationMap: false }
  const config = { extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['*.ts'] }
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(config))
  return place
}

/** What `--extendedDiagnostics` says, by its own names. */
function compile(place, compiler) {
  const tsc = join(root, 'node_modules', compiler, 'bin/tsc')
  const output = execFileSync(
    process.execPath,
    [tsc, '-p', join(place, 'tsconfig.json'), '--extendedDiagnostics'],
    { encoding: 'utf8' },
  )
  const found = [...output.matchAll(/^(.+?):\s+([\d.]+)(?:s|K)?$/gm)]
  return Object.fromEntries(found.map(([, name, value]) => [name.trim(), Number(value)]))
}

/** Milliseconds to load a generated file and make a database with it, in a process of its own. */
function start(code) {
  const script = `import { MatrixOne } from 'kysely-matrixone'
new MatrixOne({ connection: { host: '127.0.0.1', port: 1 } })
const begin = performance.now()
${code}
console.log(performance.now() - begin)`
  const parameters = ['--input-type=module', '-e', script]
  return Number(execFileSync(process.execPath, parameters, { cwd: folder, encoding: 'utf8' }))
}

const withValue = await writeProject('with', true)
const without = await writeProject('without', false)
try {
  for (const [version, compiler] of Object.entries(compilers)) {
    const runs = await interleave(rounds, {
      with: () => compile(withValue, compiler),
      without: () => compile(without, compiler),
    })
    const totals = (name) => runs[name].map((run) => run['Total time'])
    for (const count of ['Types', 'Instantiations']) {
      const [ours, theirs] = [runs.with[0]?.[count], runs.without[0]?.[count]].map(String)
      console.log(`TypeScript ${version}, ${count}: ${ours} with the value, ${theirs} without`)
    }
    reportAtMost(
      `TypeScript ${version}, type-check with the value / without`,
      ratioOf(totals('with'), totals('without')),
      1.1,
      spreadOf(totals('with'), totals('without')),
    )
  }
  const text = (await emitTypes({ formatVersion: 1, ...makeModel() }, {}))[0].text
  const value = text.slice(text.indexOf('export const schema'), text.indexOf('} as const') + 1)
  writeFileSync(join(folder, 'schema.mjs'), value)
  writeFileSync(join(folder, 'nothing.mjs'), 'export const schema = undefined\n')
  const make = (file) => `const { schema } = await import(${JSON.stringify(join(folder, file))})
new MatrixOne({ connection: { host: '127.0.0.1', port: 1 }, ...(schema && { schema }) })`
  const starts = await interleave(rounds, {
    with: () => start(make('schema.mjs')),
    without: () => start(make('nothing.mjs')),
  })
  reportAtMost(
    'start, milliseconds that the value adds',
    median(starts.with.map((time, round) => time - starts.without[round])),
    20,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
