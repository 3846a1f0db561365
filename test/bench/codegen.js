/** Whole runs of mo-codegen beside whole runs of kysely-codegen, at 20, 200 and 1,000 tables of 20 columns. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dropFixture, fixtureName, makeFixture } from './codegen-fixtures.js'
import { interleave, ratioOf } from './measure.js'
import { kyselyCodegen, millisecondsOfNode, moCodegen } from './processes.js'
import { reportAtMost } from './report.js'
import { serverUrl } from './server.js'

const sizes = [20, 200, 1000]
const rounds = 9

if (process.argv.includes('--drop')) {
  for (const tables of sizes) await dropFixture(tables)
  process.exit()
}

const folder = await mkdtemp(join(tmpdir(), 'mo-codegen-bench-'))
// As in every project: what the last run found is kept there.
await mkdir(join(folder, 'node_modules'))
try {
  for (const tables of sizes) await measure(tables)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function measure(tables) {
  await makeFixture(tables)
  const url = new URL(fixtureName(tables), serverUrl()).href
  const kept = join(folder, `${tables}-kept.ts`)
  const fresh = join(folder, `${tables}-fresh.ts`)
  const run = (command, file) =>
    millisecondsOfNode(moCodegen, command, '--url', url, '--out-file', file)
  await run('generate', kept)
  const peers = {
    kyselyCodegen: () =>
      millisecondsOfNode(
        kyselyCodegen,
        '--dialect',
        'mysql',
        '--url',
        url,
        '--out-file',
        join(folder, `${tables}-theirs.ts`),
      ),
    unchanged: () => run('generate', kept),
    check: () => run('check', kept),
    writing: async () => {
      await rm(fresh, { force: true })
      return run('generate', fresh)
    },
  }
  await interleave(2, peers)
  const times = await interleave(rounds, peers)
  const against = (ours) => ratioOf(ours, times.kyselyCodegen)
  const name = (what) => `${tables} tables, ${what} / kysely-codegen`
  reportAtMost(name('generate, nothing to change'), against(times.unchanged), 0.3)
  reportAtMost(name('check'), against(times.check), 0.4)
  reportAtMost(name('generate that writes'), against(times.writing), 0.6)
}
