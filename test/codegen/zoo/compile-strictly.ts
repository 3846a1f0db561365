/** Compiles files with the TypeScript compilers that the packages promise to work with. */
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../../', import.meta.url)

/** The compilers by version; both are dev dependencies. */
export const compilers = {
  '7': fileURLToPath(new URL('node_modules/typescript/bin/tsc', root)),
  '5.9': fileURLToPath(new URL('node_modules/typescript-5.9/bin/tsc', root)),
} as const

/** A folder of TypeScript files under the repository, where `kysely` resolves. */
export class Project {
  readonly #folder: string

  /**
   * @param name a folder that no other project uses
   * @param isolatedDeclarations whether each file has to be declarable by itself
   */
  constructor(name: string, isolatedDeclarations = false) {
    this.#folder = fileURLToPath(new URL(`output/${name}/`, import.meta.url))
    mkdirSync(this.#folder, { recursive: true })
    const config = {
      extends: fileURLToPath(new URL('tsconfig.base.json', root)),
      compilerOptions: {
        noEmit: true,
        declarationMap: false,
        declaration: isolatedDeclarations,
        isolatedDeclarations,
        erasableSyntaxOnly: true,
        // TypeScript 7 takes only types that are named: a generated file has to ask for its own.
        types: [],
        paths: { 'kysely-matrixone': ['./kysely-matrixone.ts'] },
      },
      include: ['*.ts', '*.cts'],
    }
    this.write('tsconfig.json', JSON.stringify(config))
    // Only what generated files import: the whole library would take the compilers a minute.
    const source = fileURLToPath(new URL('src/', root))
    const modules = ['types/column-types', 'types/indexes', 'schema/value'].map(
      (name) => `export * from '${source}${name}.js'\n`,
    )
    this.write('kysely-matrixone.ts', modules.join(''))
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text)
  }

  path(name: string): string {
    return `${this.#folder}${name}`
  }

  /** The compiler's output: empty when everything is right. */
  compile(version: keyof typeof compilers): Promise<string> {
    const child = spawn(process.execPath, [compilers[version], '-p', this.path('tsconfig.json')])
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    return new Promise((resolve) =>
      child.on('close', (code) => resolve(code === 0 ? output : output || `exit code ${code}`)),
    )
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
