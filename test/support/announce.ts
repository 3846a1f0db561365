import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addressOf } from './address.js'
import { readVersion } from './read-version.js'
import { TAPES } from './tapes.js'

/** Tests that go by a variable of their own. */
const OTHER_SERVERS = [
  ['MO_CLUSTER_URL', 'test/cluster'],
  ['MO_CONN_CACHE_URL', 'test/cluster/kept-sessions'],
  ['MO_OWN_URL', 'test/managers/restore/restore-cluster'],
  ['MARIADB_URL', 'test/connection/two-phase'],
] as const

/** Says once a run which server its tests talk to: a recording must never pass for a live one. */
export async function setup(): Promise<void> {
  const url = process.env['MO_URL']
  process.stdout.write(`\n${url ? await describeServer(url, 'MO_URL') : await describeTapes()}\n`)
  for (const [variable, tests] of OTHER_SERVERS) {
    const other = process.env[variable]
    if (other) process.stdout.write(`${tests}: ${await describeServer(other, variable)}\n`)
    else if (url || process.env['MO_RECORD'])
      process.stdout.write(`${tests} plays recordings: there is no ${variable}.\n`)
  }
}

async function describeServer(url: string, variable: string): Promise<string> {
  const { host, port } = addressOf(url, variable)
  const version = await readVersion({ host, port }, variable)
  const what = process.env['MO_RECORD'] ? 'Recording' : 'Testing live against'
  return `${what} ${version} at ${host}:${port}.`
}

async function describeTapes(): Promise<string> {
  const sources = new Map<string, number>()
  for (const tape of await readTapeHeads()) {
    const source = `${tape.server} of ${tape.recorded}`
    sources.set(source, (sources.get(source) ?? 0) + 1)
  }
  if (sources.size === 0) return 'There are no recordings: tests that need a server will fail.'
  const list = [...sources].map(([source, count]) => `${count} from ${source}`).toSorted()
  return (
    `Playing recordings: ${list.join(', ')}. ` +
    'MO_URL=mysql://user:password@host:port tests against a server.'
  )
}

/** Server and day stand in the first lines of a tape: no need to parse all of it. */
async function readTapeHeads(): Promise<{ server: string; recorded: string }[]> {
  const names = await readdir(TAPES, { recursive: true }).catch(() => [])
  const paths = names.filter((name) => name.endsWith('.json')).map((name) => join(TAPES, name))
  return await Promise.all(
    paths.map(async (path) => {
      const text = await readFile(path, 'utf8')
      const server = /^"server": "(.*)",$/m.exec(text)?.[1] ?? 'an unknown server'
      const recorded = /^"recorded": "(.*)",$/m.exec(text)?.[1] ?? 'an unknown day'
      return { server, recorded }
    }),
  )
}
