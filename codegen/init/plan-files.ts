/** The files that `mo-codegen init` writes, from what the project says about itself. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dependsOn, type Project } from './look-around.js'
import type { PackageManager } from './package-manager.js'

/** A file that is written unless one of that name is there. */
export interface PlannedFile {
  readonly path: string
  readonly text: string
}

/** The generated file of the new configuration. */
export function generatedFileOf({ folder }: Project): string {
  return existsSync(join(folder, 'src')) ? 'src/generated/db.ts' : 'generated/db.ts'
}

/** The configuration: TypeScript where the project has that, JSON elsewhere. */
export function planConfig(project: Project): PlannedFile {
  const { folder, manifest, typescript, hasFormatter } = project
  const options = {
    outFile: generatedFileOf(project),
    ...(typescript?.canExportValues === false && { schemaValue: false }),
    ...(hasFormatter && { format: true }),
  }
  if (typescript === undefined) {
    const text = `${JSON.stringify(options, null, 2)}\n`
    return { path: join(folder, 'mo-codegen.config.json'), text }
  }
  const lines = Object.entries(options).map(
    ([name, value]) => `  ${name}: ${JSON.stringify(value).replaceAll('"', "'")},\n`,
  )
  const isInstalled = dependsOn(manifest, 'mo-codegen')
  return {
    // A package without "type" is CommonJS, where only .mts is a module.
    path: join(folder, `mo-codegen.config.${manifest?.content.type === 'module' ? 'ts' : 'mts'}`),
    text: isInstalled
      ? `import { defineConfig } from 'mo-codegen'\n\nexport default defineConfig({\n${lines.join('')}})\n`
      : `export default {\n${lines.join('')}}\n`,
  }
}

/** The scripts of package.json. */
export function planScripts({ url }: Project): Readonly<Record<string, string>> {
  return {
    'db:types': typeof url === 'object' ? `mo-codegen --env-file ${url.file}` : 'mo-codegen',
    'db:check': 'mo-codegen check --offline',
  }
}

/** The job that checks a pull request offline; undefined for a system that we write none for. */
export function planJob({ manifest, pipeline, packageManager }: Project): PlannedFile | undefined {
  const { system, root, inside } = pipeline
  // Without a package.json there is nothing to install.
  const tools =
    manifest === undefined
      ? { ...packageManager, install: undefined, execute: 'npx --yes' }
      : packageManager
  if (system === 'github') {
    const path = join(root, '.github/workflows/mo-codegen.yml')
    return { path, text: githubJob(tools, root, inside) }
  }
  if (system !== 'gitlab') return undefined
  const isFirst = !existsSync(join(root, '.gitlab-ci.yml'))
  const path = join(root, isFirst ? '.gitlab-ci.yml' : '.gitlab/mo-codegen.yml')
  return { path, text: gitlabJob(tools, inside) }
}

const purpose =
  '# Fails when generated types and schema snapshot do not belong together; needs no database.'

/** A package manager; `install` is undefined where there is nothing to install. */
type Tools = Omit<PackageManager, 'install'> & { readonly install: string | undefined }

function githubJob({ name, install, execute, locks }: Tools, root: string, inside: string): string {
  // setup-node looks for the lock file in the root of the repository, and fails without one.
  const isLocked = locks.some((lock) => existsSync(join(root, lock)))
  const setUp: Readonly<Record<PackageManager['name'], readonly string[]>> = {
    npm: node(isLocked ? 'npm' : undefined),
    pnpm: ['      - run: corepack enable', ...node(isLocked ? 'pnpm' : undefined)],
    yarn: ['      - run: corepack enable', ...node(isLocked ? 'yarn' : undefined)],
    bun: ['      - uses: oven-sh/setup-bun@v2'],
  }
  return [
    purpose,
    'name: schema',
    'on: pull_request',
    'permissions:',
    '  contents: read',
    'jobs:',
    '  schema:',
    '    runs-on: ubuntu-latest',
    ...(inside === ''
      ? []
      : ['    defaults:', '      run:', `        working-directory: ${quote(inside)}`]),
    '    steps:',
    '      - uses: actions/checkout@v4',
    ...setUp[name],
    ...(install === undefined ? [] : [`      - run: ${install}`]),
    `      - run: ${execute} mo-codegen check --offline --reporter text --reporter github`,
    '',
  ].join('\n')
}

function node(cache: string | undefined): readonly string[] {
  return [
    '      - uses: actions/setup-node@v4',
    '        with:',
    '          node-version: 22',
    ...(cache === undefined ? [] : [`          cache: ${cache}`]),
  ]
}

function gitlabJob({ name, install, execute }: Tools, inside: string): string {
  const enable = name === 'pnpm' || name === 'yarn' ? ['    - corepack enable'] : []
  return [
    purpose,
    'schema:',
    `  image: ${name === 'bun' ? 'oven/bun:1' : 'node:22'}`,
    '  rules:',
    "    - if: $CI_PIPELINE_SOURCE == 'merge_request_event'",
    '  script:',
    ...enable,
    ...(inside === '' ? [] : [`    - ${quote(`cd ${quoteForShell(inside)}`)}`]),
    ...(install === undefined ? [] : [`    - ${install}`]),
    `    - ${execute} mo-codegen check --offline --reporter text --reporter gitlab=mo-codegen.json`,
    '  artifacts:',
    '    when: always',
    '    reports:',
    `      codequality: ${quote(inside === '' ? 'mo-codegen.json' : `${inside}/mo-codegen.json`)}`,
    '',
  ].join('\n')
}

/** A text in YAML: quoted unless it is plain. */
function quote(text: string): string {
  return /^[\w./-][\w./ -]*$/.test(text) && !text.startsWith('-')
    ? text
    : `'${text.replaceAll("'", "''")}'`
}

function quoteForShell(path: string): string {
  return /^[\w./-]+$/.test(path) && !path.startsWith('-')
    ? path
    : `'${path.replaceAll("'", String.raw`'\''`)}'`
}
