import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Both packages as npm would publish them. */
export interface PackedPackages {
  /** Paths of the tarballs. */
  readonly 'kysely-matrixone': string
  readonly 'mo-codegen': string
  remove(): void
}

/** Packs what was built, so `npm run build` comes first. */
export function packPackages(): PackedPackages {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'))
  const pack = (workspace: string): string => {
    const parameters = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
    const output = execFileSync('npm', [...parameters, '-w', workspace], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [{ filename }] = JSON.parse(output) as [{ filename: string }]
    return join(folder, filename)
  }
  return {
    'kysely-matrixone': pack('src'),
    'mo-codegen': pack('codegen'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Puts the files of a project into a folder, which is made. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

/** A file of this repository as it looks in a project that installed the packages. */
export function readForConsumer(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8').replaceAll(
    /'(?:\.\.\/)+generated\/db\.js'/g,
    "'./generated/db.js'",
  )
}

/**
 * Lays out `node_modules` without a registry: the packed packages unpacked, everything else linked
 * to this repository's own.
 *
 * @param links package name → folder of the repository's `node_modules`
 */
export function linkPackages(
  folder: string,
  packed: PackedPackages,
  links: Readonly<Record<string, string>>,
): void {
  for (const name of ['kysely-matrixone', 'mo-codegen'] as const) {
    const target = join(folder, 'node_modules', name)
    mkdirSync(target, { recursive: true })
    execFileSync('tar', ['-xzf', packed[name], '--strip-components=1', '-C', target])
  }
  for (const [name, source] of Object.entries(links)) {
    const target = join(folder, 'node_modules', name)
    mkdirSync(dirname(target), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', source), target)
  }
}
