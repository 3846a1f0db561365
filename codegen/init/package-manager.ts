import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A package manager, and its commands. */
export interface PackageManager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun'
  /** Installs what the lock file says. */
  readonly install: string
  /** Adds a development dependency; the package's name follows. */
  readonly add: string
  /** Runs a program of a dependency; its name follows. */
  readonly execute: string
  /** Runs a script of package.json; its name follows. */
  readonly run: string
  /** The names of its lock file. */
  readonly locks: readonly string[]
}

const npm: PackageManager = {
  name: 'npm',
  install: 'npm ci',
  add: 'npm install --save-dev',
  execute: 'npx',
  run: 'npm run',
  locks: ['package-lock.json', 'npm-shrinkwrap.json'],
}

const managers: readonly PackageManager[] = [
  npm,
  {
    name: 'pnpm',
    install: 'pnpm install --frozen-lockfile',
    add: 'pnpm add --save-dev',
    execute: 'pnpm exec',
    run: 'pnpm run',
    locks: ['pnpm-lock.yaml'],
  },
  {
    name: 'yarn',
    install: 'yarn install --immutable',
    add: 'yarn add --dev',
    execute: 'yarn',
    run: 'yarn',
    locks: ['yarn.lock'],
  },
  {
    name: 'bun',
    install: 'bun install --frozen-lockfile',
    add: 'bun add --dev',
    execute: 'bunx',
    run: 'bun run',
    locks: ['bun.lock', 'bun.lockb'],
  },
]

/** Yarn 1 does not know --immutable, and installs what is not in the lock file. */
const classicYarn: PackageManager = {
  name: 'yarn',
  install: 'yarn install --frozen-lockfile',
  add: 'yarn add --dev',
  execute: 'yarn',
  run: 'yarn',
  locks: ['yarn.lock'],
}

function isClassic(lock: string): boolean {
  return readFileSync(lock, 'utf8').includes('# yarn lockfile v1')
}

/** Finds the package manager: the one that package.json names, or that of the nearest lock file; else npm. */
export function findPackageManager(folder: string, named: string | undefined): PackageManager {
  const [, word, major] = /^(\w+)(?:@(\d+))?/.exec(named ?? '') ?? []
  if (word === 'yarn' && major === '1') return classicYarn
  return managers.find(({ name }) => name === word) ?? findByLock(folder) ?? npm
}

function findByLock(folder: string): PackageManager | undefined {
  const found = managers.find(({ locks }) => locks.some((lock) => existsSync(join(folder, lock))))
  if (found?.name === 'yarn' && isClassic(join(folder, 'yarn.lock'))) return classicYarn
  const above = dirname(folder)
  // A workspace has its lock file in the root of the repository.
  const isEnd = above === folder || existsSync(join(folder, '.git'))
  return found ?? (isEnd ? undefined : findByLock(above))
}
