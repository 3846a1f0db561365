/**
 * mo-codegen without a server at 2,000 tables of 50 columns, each figure as a share of its budget: CPU time of
 * generate (2 s) and of check (1 s), the whole of an offline check of one table (300 ms); and the compiler's work for 30
 * queries against a slice of these tables, as instantiations, beside a schema of the slice's tables alone.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { emitTypes, serializeSnapshot } from '../../codegen/dist/index.js'
import { interleave, median } from './measure.js'
import { cpuOfNode, moCodegen } from './processes.js'
import { reportAtMost } from './report.js'

const tables = Number(process.env.BENCH_TABLES ?? 2000)
const columns = Number(process.env.BENCH_COLUMNS ?? 50)
const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = fileURLToPath(new URL('output/scale', import.meta.url))
const sliced = Array.from({ length: 20 }, (_, at) => tableName((at * tables) / 20))

function tableName(number) {
  return `table_${String(Math.floor(number)).padStart(4, '0')}`
}

function makeModel(names) {
  const types = ['int', 'bigint', 'decimal', 'datetime', 'json', 'varchar', 'text', 'date']
  const list = names.map((name) => ({
    name,
    kind: 'table',
    columns: [
      { name: 'id', type: { name: 'bigint' }, autoIncrement: true, insertOptional: true },
      { name: 'state', type: { name: 'enum', members: ['new', 'paid', 'sent'] } },
      ...Array.from({ length: columns - 2 }, (_column, at) => ({
        name: `column_${String(at).padStart(2, '0')}`,
        type: { name: types[at % types.length] },
        nullable: true,
        insertOptional: true,
      })),
    ],
    primaryKey: ['id'],
  }))
  return { formatVersion: '2.0', databases: [{ tables: list }] }
}

const run = (...argv) => cpuOfNode({ cwd: folder }, moCodegen, ...argv)

/** Thirty queries over the tables of the slice. */
function makeProgram(database) {
  const queries = Array.from({ length: 10 }, (_, at) => {
    const [a, b] = [sliced[at], sliced[at + 10]]
    return `
export const joined${at} = await db.selectFrom('${a} as a').innerJoin('${b} as b', 'b.id', 'a.id')
  .select(['a.id', 'b.state', 'a.column_02']).where('a.state', '=', 'new').execute()
await db.insertInto('${a}').values({ state: 'paid' }).execute()
await db.updateTable('${b}').set({ column_00: joined${at}.length }).where('id', 'in', [1, 2]).execute()
`
  })
  return `import { Kysely } from 'kysely'
import type { ${database} } from './db.js'
declare const db: Kysely<${database}>
${queries.join('')}`
}

async function countInstantiations(name, model, database, options) {
  const place = join(folder, name)
  mkdirSync(place, { recursive: true })
  for (const { path, text } of await emitTypes(model, options)) {
    writeFileSync(join(place, path), text)
  }
  writeFileSync(join(place, 'program.ts'), makeProgram(database))
  const compilerOptions = { noEmit: true, declaration: false, declarationMap: false }
  const config = { extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['*.ts'] }
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(root, 'node_modules/typescript-5.9/bin/tsc')
  const argv = [tsc, '-p', join(place, 'tsconfig.json'), '--extendedDiagnostics']
  const output = execFileSync(process.execPath, argv, { encoding: 'utf8' })
  return Number(/^Instantiations:\s+(\d+)/m.exec(output)?.[1])
}

mkdirSync(folder, { recursive: true })
try {
  const model = makeModel(Array.from({ length: tables }, (_, number) => tableName(number)))
  writeFileSync(join(folder, 'db.schema.json'), serializeSnapshot(model))
  writeFileSync(join(folder, 'small.schema.json'), serializeSnapshot(makeModel(['only'])))
  await run('generate', '--from', 'small.schema.json', '--out-file', 'small.ts')
  const write = async () => {
    rmSync(join(folder, 'db.ts'), { force: true })
    return run('generate', '--from', 'db.schema.json', '--out-file', 'db.ts')
  }
  await write()
  const runs = await interleave(rounds, {
    write,
    check: () => run('check', '--offline', '--out-file', 'db.ts'),
    start: () => run('check', '--offline', '--out-file', 'small.ts'),
  })
  const share = (name, budget) => median(runs[name]) / budget
  const size = `${tables} × ${columns} from a snapshot`
  reportAtMost(`${size}: generate that writes, CPU / 2 s`, share('write', 2000), 1)
  reportAtMost(`${size}: check --offline, CPU / 1 s`, share('check', 1000), 1)
  reportAtMost('check --offline of one table, CPU / 300 ms', share('start', 300), 1)
  const slices = { search: sliced }
  const slice = await countInstantiations('slice', model, 'SearchDB', { slices })
  const alone = await countInstantiations('alone', makeModel(sliced), 'DB', {})
  const whole = await countInstantiations('whole', model, 'DB', {})
  console.log(
    `Instantiations: ${slice} against the slice, ${alone} against its tables alone, ${whole} against all tables`,
  )
  reportAtMost('30 queries against a slice of 20 tables / against 20 tables', slice / alone, 1.2)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
