/** Runs a test file as a long program, with sizes that a recording could not hold. */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Runs it with an environment variable for each flag that was given: `{ '--pairs': 'SEVERITY_PAIRS' }`. */
export function runTests(file, variables, defaults) {
  const given = { ...defaults }
  for (const [flag, variable] of Object.entries(variables)) {
    const at = process.argv.indexOf(flag)
    if (at >= 0) given[variable] = process.argv[at + 1]
  }
  if (!process.env.MO_URL) throw new Error('MO_URL names no server.')
  const require = createRequire(import.meta.url)
  const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs')
  const { status } = spawnSync(process.execPath, [vitest, 'run', file], {
    stdio: 'inherit',
    env: { ...process.env, ...given },
  })
  process.exitCode = status ?? 1
}
