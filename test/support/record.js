/**
 * `npm run record [-- test/sql …]`: runs the tests through the recorder and rewrites the tape of
 * each test file that passed: those of test/cluster with `MO_CLUSTER_URL` or
 * `MO_CONN_CACHE_URL`, the restore of a cluster with `MO_OWN_URL`, two-phase transactions with
 * `MARIADB_URL`, all others with `MO_URL`. A file whose variable is not set plays its tape and leaves it as it is.
 * One worker: what one file does must not show up in another's tape.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const SERVERS = ['MO_URL', 'MO_CLUSTER_URL', 'MO_CONN_CACHE_URL', 'MO_OWN_URL', 'MARIADB_URL']

if (!SERVERS.some((variable) => process.env[variable])) {
  console.error(
    'No tape was touched. Recording needs a server: ' +
      `MO_URL=mysql://user:password@host:port npm run record (or ${SERVERS.slice(1).join(', ')}).`,
  )
  process.exit(2)
}

const require = createRequire(import.meta.url)
const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs')
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--no-file-parallelism', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, MO_RECORD: '1' } },
)
process.exit(status ?? 1)
