/**
 * 120 changes of a schema on a server, one at a time; a recording has every twentieth. All of them:
 * MO_URL=… npm run soak -- drift-zoo.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { type CommandResult, Workspace } from '../cli/run-cli.js'
import { type Change, changes, zooProgram, zooSchema } from './changes.js'

const server = useServer(import.meta.url)
const database = 'kmo_drift_zoo'
const share = Number(process.env['DRIFT_ZOO_EVERY'] ?? 20)
const chosen = changes.filter((_, at) => at % share === 0)

interface Report {
  readonly findings: readonly {
    readonly ruleId: string
    readonly severity: Change['severity']
    readonly location: { readonly file: string; readonly line: number } | null
  }[]
  readonly impact?: {
    readonly findings: readonly {
      readonly breakages: readonly {
        readonly location: { readonly file: string; readonly line: number }
      }[]
    }[]
  }
}

let raw: Connection
let work: Workspace
let generated: readonly string[]

const start = (...argv: readonly string[]): Promise<CommandResult> =>
  work.run(argv, { DATABASE_URL: `${server.url}/${database}` })

async function execute(statements: readonly string[]): Promise<void> {
  for (const statement of statements) await raw.query(statement)
}

beforeAll(async () => {
  ;({ raw } = await openDatabase(server, database))
  await execute([`use ${database}`, ...zooSchema])
  work = new Workspace()
  mkdirSync(work.path('src'))
  writeFileSync(work.path('src/program.ts'), zooProgram)
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2022',
    module: 'nodenext',
    skipLibCheck: true,
    types: [],
    paths: {
      kysely: [`${root}node_modules/kysely`],
      'kysely-matrixone': [`${root}test/codegen/drift-zoo/column-types.ts`],
    },
  }
  writeFileSync(work.path('tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }))
  const { code, stderr } = await start()
  if (code !== 0) throw new Error(stderr)
  generated = readFileSync(work.path('generated/db.ts'), 'utf8').split('\n')
})
afterAll(() => work.remove())

const severities = ['breaking', 'additive', 'cosmetic'] as const

/** The numbers of the lines of the program that name a column. */
function linesWith(column: string): readonly number[] {
  return zooProgram
    .split('\n')
    .flatMap((line, at) => (line.includes(`_${column} `) ? [at + 1] : []))
}

describe('the drift zoo', () => {
  it('has 120 changes, of which 60 break lines of a program', () => {
    expect(changes).toHaveLength(120)
    expect(changes.filter(({ breaks }) => breaks !== undefined)).toHaveLength(60)
    expect(new Set(changes.map(({ name }) => name)).size).toBe(120)
  })

  it('finds nothing before the first change', async () => {
    expect(await start('check')).toMatchObject({ code: 0, stderr: '' })
  })

  it.each(chosen)(
    '$name',
    { timeout: 240_000 },
    async ({ apply, undo, rules, severity, line, breaks }) => {
      await execute(apply)
      const impact = breaks === undefined ? [] : ['--impact', 'tsconfig.json']
      const { code, stdout, stderr } = await start('check', '--reporter', 'json', ...impact)
      await execute(undo)
      expect([code, stderr]).toEqual([1, ''])
      const { findings, impact: found } = JSON.parse(stdout) as Report
      expect([...new Set(findings.map(({ ruleId }) => ruleId))].toSorted()).toEqual(rules)
      expect(severities.find((one) => findings.some((finding) => finding.severity === one))).toBe(
        severity,
      )
      for (const { location } of findings) {
        expect(location?.file).toBe('generated/db.ts')
        expect(generated[(location?.line ?? 0) - 1]).toMatch(line)
      }
      if (breaks !== undefined) {
        const lines = found?.findings.flatMap(({ breakages }) =>
          breakages.map(({ location }) => location.line),
        )
        expect([...new Set(lines)].toSorted((a, b) => a - b)).toEqual(linesWith(breaks))
      }
      expect(await start('check')).toMatchObject({ code: 0, stderr: '' })
    },
  )
})
