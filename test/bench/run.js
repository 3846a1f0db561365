/**
 * Runs the benches one after the other, each in a process of its own.
 *
 *   MO_URL=mysql://user:password@host:6001 npm run bench             all, prints ratios
 *   MO_URL=… npm run bench -- point-query help                       some
 *   MO_URL=… npm run bench -- --assert                               ends with 1 when a target is missed
 *   MO_URL=… npm run bench -- vectors streams --write               also writes docs/benchmarks.json and its table
 *   MO_URL=… npm run bench -- codegen --drop                         removes the databases of many tables
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const benches = [
  'point-query',
  'drivers',
  'prepared',
  'connections',
  'vectors',
  'streams',
  'bulk',
  'help',
  'codegen',
  'schema-value',
  'scale',
  'impact',
  'search',
  'search-quality',
]

const named = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const flags = process.argv.slice(2).filter((word) => word.startsWith('--'))
const unknown = named.find((name) => !benches.includes(name))
if (unknown !== undefined) {
  console.error(`There is no bench ${unknown}; there are ${benches.join(', ')}.`)
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'kmo-bench-'))
const reported = []
for (const name of named.length > 0 ? named : benches) {
  const file = fileURLToPath(new URL(`${name}.js`, import.meta.url))
  const results = join(folder, `${name}.jsonl`)
  const env = { ...process.env, KMO_BENCH_RESULTS: results }
  const { status } = spawnSync(process.execPath, [file, ...flags], { stdio: 'inherit', env })
  process.exitCode = Math.max(process.exitCode ?? 0, status ?? 1)
  if (!existsSync(results)) continue
  const lines = readFileSync(results, 'utf8').trim().split('\n')
  reported.push(...lines.map((line) => ({ bench: name, ...JSON.parse(line) })))
}
rmSync(folder, { recursive: true })

if (flags.includes('--write')) {
  const { writeResults } = await import('./write-results.js')
  await writeResults(reported)
}
