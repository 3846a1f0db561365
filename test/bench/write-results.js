/**
 * Writes what the benches reported into `docs/benchmarks.json`, beside what others of them reported before,
 * and the table of all of it into `docs/benchmarks.md`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { withStatements } from './server.js'

const json = new URL('../../docs/benchmarks.json', import.meta.url)
const page = new URL('../../docs/benchmarks.md', import.meta.url)
const [begin, end] = ['<!-- measured -->', '<!-- /measured -->']

/** @param lines a result as JSON each, with the bench that reported it */
export async function writeResults(lines) {
  const measured = await describeRun()
  const kept = existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')) : []
  const added = lines.map((line) => ({ ...line, measured }))
  const benches = new Set(added.map(({ bench }) => bench))
  // A bench replaces all that it reported before: its cells may have other names now.
  const results = [...kept.filter(({ bench }) => !benches.has(bench)), ...added]
  writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`)
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)]
  if (to < from) throw new Error(`docs/benchmarks.md has no ${begin} … ${end}.`)
  writeFileSync(page, `${text.slice(0, from)}\n${tableOf(results)}\n${text.slice(to)}`)
  spawnSync('npx', ['oxfmt', fileURLToPath(json), fileURLToPath(page)], { stdio: 'inherit' })
}

async function describeRun() {
  const [{ version }] = await withStatements((send) => send('select version() as version'))
  return {
    on: new Date().toISOString().slice(0, 10),
    machine: `${platform()} ${arch()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
    node: process.version,
    server: version,
    kysely: versionOf('kysely'),
    mysql2: versionOf('mysql2'),
  }
}

/** From the file, because not every package exports it. */
function versionOf(name) {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')).version
}

function tableOf(results) {
  const rows = results.map(({ name, value, spread, target, holds, measured }) => {
    const quartiles = spread === undefined ? '' : spread.map((each) => each.toFixed(2)).join(' to ')
    const cells = [
      name,
      value.toFixed(2),
      quartiles,
      target,
      holds ? 'holds' : 'missed',
      measured.on,
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [
    '| measured / compared with | ratio | quartiles | target | | on |',
    '|---|---:|---|---|---|---|',
    ...rows,
  ].join('\n')
}
