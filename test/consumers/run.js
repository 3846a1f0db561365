/**
 * `npm run test:consumers [-- NAME]`: packs both packages and installs them from the registry into
 * projects of all supported kinds. Takes some minutes; NAME runs those whose name contains it.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const names = process.argv.slice(2)
const parameters = ['vitest', 'run', '--config', 'test/consumers/vitest.config.ts']
const filter = names.length === 0 ? [] : ['-t', names.join(' ')]
const { status } = spawnSync('npx', [...parameters, ...filter], { cwd: ROOT, stdio: 'inherit' })
process.exitCode = status ?? 1
