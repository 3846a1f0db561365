/**
 * `mo-codegen check --impact` beside `tsc --noEmit` on the same program: 100 modules of six queries each against
 * 100 tables of 20 columns, of which three columns are changed. CPU time of the whole process, interleaved.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serializeSnapshot } from '../../codegen/dist/index.js'
import { interleave, ratioOf, spreadOf } from './measure.js'
import { cpuOfNode, moCodegen } from './processes.js'
import { reportAtMost } from './report.js'

const rounds = Number(process.env.BENCH_ROUNDS ?? 7)
const modules = 100
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = fileURLToPath(new URL('output/impact', import.meta.url))

const tableName = (number) => `table_${String(number % modules).padStart(3, '0')}`

/** The schema; in the changed one a column is gone, one has another type and one is nullable. */
function makeSnapshot(isChanged) {
  const types = ['int', 'bigint', 'decimal', 'datetime', 'varchar', 'text']
  const tables = Array.from({ length: modules }, (_, number) => {
    const columns = Array.from({ length: 19 }, (_column, at) => ({
      name: `column_${String(at).padStart(2, '0')}`,
      type: { name: types[at % types.length] },
    }))
    if (isChanged && number === 7) columns.splice(2, 1)
    if (isChanged && number === 8) columns[0] = { ...columns[0], type: { name: 'text' } }
    if (isChanged && number === 9) columns[4] = { ...columns[4], nullable: true }
    const id = { name: 'id', type: { name: 'bigint' }, autoIncrement: true, insertOptional: true }
    return { name: tableName(number), kind: 'table', columns: [id, ...columns], primaryKey: ['id'] }
  })
  return serializeSnapshot({ formatVersion: '2.0', databases: [{ tables }] })
}

function makeModule(number) {
  const [a, b] = [tableName(number), tableName(number + 1)]
  const queries = [
    `db.selectFrom('${a} as a').innerJoin('${b} as b', 'b.id', 'a.id').select(['a.id', 'b.column_02', 'a.column_04'])`,
    `db.selectFrom('${a}').selectAll().where('column_00', '=', 1).orderBy('column_01').limit(5)`,
    `db.updateTable('${a}').set({ column_04: 'x' }).where('id', 'in', [1, 2])`,
    `db.deleteFrom('${b}').where('column_00', '>', 7)`,
    `db.selectFrom('${b}').select((eb) => [eb.fn.countAll().as('n'), 'column_05']).groupBy('column_05')`,
    `db.selectFrom('${a}').select('id').where((eb) => eb.or([eb('column_00', '=', 1), eb('column_01', 'is', null)]))`,
  ]
  return `import type { Kysely } from 'kysely'
import type { DB } from '../generated/db.js'
${queries.map((query, at) => `export const query${at} = (db: Kysely<DB>) => ${query}.execute()`).join('\n')}
`
}

const compilerOptions = {
  strict: true,
  noEmit: true,
  target: 'es2022',
  module: 'nodenext',
  skipLibCheck: true,
  types: [],
  paths: {
    kysely: [join(root, 'node_modules/kysely')],
    'kysely-matrixone': [join(root, 'src/dist/types/column-types.d.ts')],
  },
}

mkdirSync(join(folder, 'src'), { recursive: true })
try {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['src'] }),
  )
  for (let at = 0; at < modules; at++) {
    writeFileSync(join(folder, `src/module-${at}.ts`), makeModule(at))
  }
  writeFileSync(join(folder, 'first.json'), makeSnapshot(false))
  writeFileSync(join(folder, 'now.json'), makeSnapshot(true))
  const out = ['--out-file', 'generated/db.ts']
  await cpuOfNode({ cwd: folder }, moCodegen, 'generate', '--from', 'first.json', ...out)
  const check = ['check', '--from', 'now.json', ...out]
  const tsc = join(root, 'node_modules/typescript-5.9/bin/tsc')
  const runs = await interleave(rounds, {
    impact: () =>
      cpuOfNode({ cwd: folder, ends: 1 }, moCodegen, ...check, '--impact', 'tsconfig.json'),
    tsc: () => cpuOfNode({ cwd: folder }, tsc, '-p', 'tsconfig.json'),
  })
  const name = 'check --impact, CPU / tsc 5.9 --noEmit on the same program'
  reportAtMost(name, ratioOf(runs.impact, runs.tsc), 2, spreadOf(runs.impact, runs.tsc))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
