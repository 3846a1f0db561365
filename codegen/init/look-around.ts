/** The facts that a project shows by its files, so that nothing has to be asked: `mo-codegen init` starts from them. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { parseEnv } from 'node:util'
import type { ts as TypeScript } from 'ts-morph'
import { ConfigurationError } from '../errors.js'
import { findFormatter } from '../workspace/find-formatter.js'
import type { Surroundings } from '../workspace/streams.js'
import { findPackageManager, type PackageManager } from './package-manager.js'
import { findPipeline, type Pipeline } from './pipeline.js'
import { withoutMark } from '../workspace/files.js'

const require = createRequire(import.meta.url)

/** A project, as far as its files and the environment show it. */
export interface Project {
  /** The folder of package.json; the folder that the command runs in where there is none. */
  readonly folder: string
  /** Undefined where there is no package.json. */
  readonly manifest: Manifest | undefined
  readonly packageManager: PackageManager
  readonly typescript: TypeScriptProject | undefined
  /** Where DATABASE_URL is: a file `.env` by its path from the folder, with `/`; undefined where it was not found. */
  readonly url: 'the environment' | { readonly file: string } | undefined
  readonly pipeline: Pipeline
  /** Whether a formatter of ours is configured. */
  readonly hasFormatter: boolean
}

/** A package.json. */
export interface Manifest {
  readonly path: string
  readonly text: string
  readonly content: {
    readonly name?: string
    readonly type?: string
    readonly packageManager?: string
    readonly scripts?: Readonly<Record<string, string>>
    readonly dependencies?: Readonly<Record<string, string>>
    readonly devDependencies?: Readonly<Record<string, string>>
  }
}

/** A tsconfig.json, or TypeScript as a dependency. */
export interface TypeScriptProject {
  /** CommonJS modules under verbatimModuleSyntax cannot export a value (TS1287). */
  readonly canExportValues: boolean
}

/** Looks at the files of a project and at the environment; asks and changes nothing. */
export function lookAround({ cwd, env }: Surroundings): Project {
  const manifestPath = findUpward(cwd, 'package.json')
  const folder = manifestPath === undefined ? cwd : dirname(manifestPath)
  const manifest = manifestPath === undefined ? undefined : readManifest(manifestPath)
  const pipeline = findPipeline(folder)
  return {
    folder,
    manifest,
    packageManager: findPackageManager(folder, manifest?.content.packageManager),
    typescript: findTypeScript(folder, manifest),
    url: findUrl(folder, env, pipeline.root),
    pipeline,
    hasFormatter: findFormatter(folder) !== undefined,
  }
}

/** The nearest file or folder of that name, here or above. */
export function findUpward(folder: string, name: string): string | undefined {
  const path = join(folder, name)
  if (existsSync(path)) return path
  const above = dirname(folder)
  return above === folder ? undefined : findUpward(above, name)
}

/** Whether the project has a package among its dependencies. */
export function dependsOn(manifest: Manifest | undefined, name: string): boolean {
  const { dependencies = {}, devDependencies = {} } = manifest?.content ?? {}
  return name in dependencies || name in devDependencies
}

function readManifest(path: string): Manifest {
  const text = readFileSync(path, 'utf8')
  try {
    const content: unknown = JSON.parse(withoutMark(text))
    if (typeof content === 'object' && content !== null) return { path, text, content }
  } catch (error) {
    throw new ConfigurationError(
      `${path} is not JSON, so its scripts cannot be read.\nCorrect it.`,
      {
        cause: error,
      },
    )
  }
  throw new ConfigurationError(`${path} is not the file of a package.\nCorrect it.`)
}

function findTypeScript(
  folder: string,
  manifest: Manifest | undefined,
): TypeScriptProject | undefined {
  const path = join(folder, 'tsconfig.json')
  if (!existsSync(path)) {
    return dependsOn(manifest, 'typescript') ? { canExportValues: true } : undefined
  }
  const { ts } = require('ts-morph') as typeof import('ts-morph')
  const { module, verbatimModuleSyntax } = readCompilerOptions(ts, path)
  const { CommonJS, Node16, NodeNext } = ts.ModuleKind
  const isOfNode = module !== undefined && module >= Node16 && module <= NodeNext
  const isCommonJs = module === CommonJS || (isOfNode && manifest?.content.type !== 'module')
  return { canExportValues: !(verbatimModuleSyntax === true && isCommonJs) }
}

/** With those of the files that it extends, as far as they can be read. */
function readCompilerOptions(ts: typeof TypeScript, path: string): TypeScript.CompilerOptions {
  const onUnRecoverableConfigFileDiagnostic = (): void => undefined
  // Which files there are takes long to find, and is not asked.
  const host = { ...ts.sys, readDirectory: () => [], onUnRecoverableConfigFileDiagnostic }
  return ts.getParsedCommandLineOfConfigFile(path, {}, host)?.options ?? {}
}

function findUrl(folder: string, env: Surroundings['env'], root: string): Project['url'] {
  if (env['DATABASE_URL']) return 'the environment'
  const found = findEnvFile(folder, root)
  return found === undefined ? undefined : { file: relative(folder, found).replaceAll('\\', '/') }
}

/** The nearest `.env` with it: a workspace often has one for all of its packages. */
function findEnvFile(folder: string, root: string): string | undefined {
  const path = join(folder, '.env')
  const text = existsSync(path) ? withoutMark(readFileSync(path, 'utf8')) : ''
  if (parseEnv(text)['DATABASE_URL']) return path
  return folder === root ? undefined : findEnvFile(dirname(folder), root)
}
