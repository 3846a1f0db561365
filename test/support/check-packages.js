/**
 * Packs both packages and asks publint and attw whether what would be published can be used, and
 * whether anything is inside that should not be.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const packed = mkdtempSync(join(tmpdir(), 'packages-'))
const run = (command, parameters, options = {}) =>
  execFileSync(command, parameters, { encoding: 'utf8', ...options })

try {
  for (const workspace of ['src', 'codegen']) {
    run('npx', ['publint', '--strict', workspace], { stdio: 'inherit' })
    const [{ filename, files }] = JSON.parse(
      run('npm', [
        'pack',
        '--json',
        '--ignore-scripts',
        '--pack-destination',
        packed,
        '-w',
        workspace,
      ]),
    )
    const names = files.map(({ path }) => path)
    const wrong = names.filter((name) =>
      /(^|\/)(test\/|tsconfig\.json$)|\.tsbuildinfo$|\.test\.ts$/.test(name),
    )
    if (wrong.length > 0) throw new Error(`${workspace} would publish ${wrong.join(', ')}`)
    const missing = ['CHANGELOG.md', 'LICENSE', 'README.md'].filter((name) => !names.includes(name))
    if (missing.length > 0) throw new Error(`${workspace} would lack ${missing.join(', ')}`)
    run('npx', ['attw', join(packed, filename), '--profile', 'esm-only'], { stdio: 'inherit' })
  }
} finally {
  rmSync(packed, { recursive: true, force: true })
}
