/** A project with the two tables of the shop, and formatters that are really installed. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { type CommandResult, Workspace } from '../cli/run-cli.js'
import { shopModel } from '../cli/shop-model.js'

const repository = new URL('../../../', import.meta.url)

/** The packages of the formatters. */
export const packages = { prettier: 'prettier', biome: '@biomejs/biome', oxfmt: 'oxfmt' } as const
/** A formatter of the tests. */
export type Formatter = keyof typeof packages

/** A folder with a snapshot file, and `format: true`. */
export class FormatProject {
  readonly #work = new Workspace()
  readonly folder = this.#work.folder

  constructor() {
    this.write('generated/db.schema.json', serializeSnapshot(shopModel()))
    this.configure({})
    // Nothing above the folder configures a formatter for it.
    mkdirSync(this.path('.git'))
  }

  path(name: string): string {
    return this.#work.path(name)
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), content)
  }

  text(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  /** Options beside `format: true`. */
  configure(options: object): void {
    this.write('mo-codegen.config.json', JSON.stringify({ format: true, ...options }))
  }

  /** Installs the formatters that this repository has. */
  install(...names: readonly Formatter[]): void {
    for (const name of names) {
      const link = this.path(`node_modules/${packages[name]}`)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(fileURLToPath(new URL(`node_modules/${packages[name]}`, repository)), link)
    }
  }

  generate(...more: readonly string[]): Promise<CommandResult> {
    return this.#work.run(['--from', 'generated/db.schema.json', ...more])
  }

  check(...more: readonly string[]): Promise<CommandResult> {
    return this.#work.run(['check', '--offline', ...more])
  }

  remove(): void {
    this.#work.remove()
  }
}
