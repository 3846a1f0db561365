/**
 * Nothing changes, so `mo-codegen check` finds nothing: for the real schemas of test/real-schemas, at
 * once, 10 s and 30 s later (the server flushes its catalog after 5 s, and then shows some rows in
 * another order), and after a restart when the environment names its commands.
 *
 *   MO_NODE_STOP='…' MO_NODE_START='…' MO_URL=mysql://user:password@host:6001 npm run soak -- quiet-drift
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { withStatements } from '../bench/server.js'
import { planOutage } from './node.js'

const SCHEMAS = new URL('../real-schemas/', import.meta.url)
const codegen = fileURLToPath(new URL('../../codegen/bin/mo-codegen.js', import.meta.url))
const applications = readdirSync(SCHEMAS)
  .filter((name) => name.endsWith('.sql'))
  .map((name) => name.slice(0, -'.sql'.length))
const databaseOf = (application) => `kmo_soak_${application}`
const folder = mkdtempSync(join(tmpdir(), 'mo-codegen-soak-'))

let failures = 0
try {
  await withStatements(loadAll)
  for (const application of applications) run(application, 'generate')
  checkAll('at once')
  await sleep(10_000)
  checkAll('after 10 s')
  await sleep(20_000)
  checkAll('after 30 s')
  const outage = planOutage()
  if (outage !== undefined) {
    await outage()
    await waitForServer()
    checkAll('after a restart')
  }
} finally {
  rmSync(folder, { recursive: true })
  await withStatements(async (send) => {
    for (const application of applications) {
      await send(`drop database if exists ${databaseOf(application)}`)
    }
  })
}
process.exitCode = failures === 0 ? 0 : 1

async function loadAll(send) {
  for (const application of applications) {
    await send(`drop database if exists ${databaseOf(application)}`)
    await send(`create database ${databaseOf(application)}`)
    await send(`use ${databaseOf(application)}`)
    const text = readFileSync(new URL(`${application}.sql`, SCHEMAS), 'utf8')
    for (const statement of text.replaceAll(/^-- .*\n/gm, '').split(/;\n/)) {
      if (statement.trim() !== '') await send(statement)
    }
  }
}

function checkAll(when) {
  const failed = applications.filter((application) => !run(application, 'check'))
  failures += failed.length
  console.log(
    `${when}: ${applications.length - failed.length} of ${applications.length} schemas without drift`,
  )
}

function run(application, command) {
  const url = new URL(process.env.MO_URL)
  url.pathname = `/${databaseOf(application)}`
  const file = join(folder, `${application}.ts`)
  const parameters = [codegen, command, '--url', url.href, '--out-file', file]
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, { encoding: 'utf8' })
  if (status !== 0) console.log(`${application}: ${stdout}${stderr}`)
  return status === 0
}

async function waitForServer() {
  for (let seconds = 0; seconds < 120; seconds++) {
    const answers = await withStatements((send) => send('select 1')).catch(() => undefined)
    if (answers !== undefined) return
    await sleep(1_000)
  }
  throw new Error('The server did not come back within two minutes.')
}
