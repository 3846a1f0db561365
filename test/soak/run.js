/**
 * Runs the long programs against a live server, each in a process of its own.
 *
 *   MO_URL=mysql://user:password@host:6001 npm run soak                     all
 *   MO_URL=… npm run soak -- bank-transfer --transfers 300                  one
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const programs = [
  'bank-transfer',
  'mixed-queries',
  'quiet-drift',
  'random-programs',
  'severity',
  'histories',
  'drift-zoo',
]

const [name, ...flags] = process.argv.slice(2)
if (name !== undefined && !programs.includes(name)) {
  console.error(`There is no program ${name}; there are ${programs.join(', ')}.`)
  process.exit(2)
}
for (const program of name === undefined ? programs : [name]) {
  const file = fileURLToPath(new URL(`${program}.js`, import.meta.url))
  const { status } = spawnSync(process.execPath, [file, ...flags], { stdio: 'inherit' })
  process.exitCode = Math.max(process.exitCode ?? 0, status ?? 1)
}
