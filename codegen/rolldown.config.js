/**
 * The command line in a few files: to Node each of the hundred modules of a run costs as much as
 * reading ten tables. `index.js`, the API, stays as tsc writes it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'rolldown'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const require = createRequire(import.meta.url)

/** Small, used by every run, and slow to load as CommonJS: commander alone takes 15 ms. */
const included = ['commander', 'leven', 'picocolors', 'valibot']

function folderOf(name) {
  return require.resolve
    .paths(name)
    .map((folder) => join(folder, name))
    .find((folder) => existsSync(folder))
}

/** The licence of each, as its terms ask. */
const licences = {
  name: 'licences',
  generateBundle() {
    for (const name of included) {
      const folder = folderOf(name)
      const licence = readdirSync(folder).find((file) => /^licen[cs]e(\.md)?$/i.test(file))
      const source = readFileSync(join(folder, licence))
      this.emitFile({ type: 'asset', fileName: `${name}.LICENSE`, source })
    }
  },
}

/** A module with a text replaced, which has to be there. */
function replaceIn(name, id, from, to) {
  const handler = (code) => {
    if (!code.includes(from)) throw new Error(`${name}: there is no ${from} any more.`)
    return code.replace(from, to)
  }
  return { name, transform: { filter: { id }, handler } }
}

export default defineConfig({
  input: path('dist/cli.js'),
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  external: (id) =>
    /^[a-z@]/.test(id) && !id.startsWith('kysely-matrixone/') && !included.includes(id),
  plugins: [
    licences,
    // Commander loads it to run subcommands that are programs of their own, of which we have none: 5 ms a start.
    replaceIn(
      'commander',
      /\/commander\/lib\/command\.js$/,
      "const childProcess = require('node:child_process');",
      '',
    ),
    // It is CommonJS: required, it does not start Node's loader of ES modules, another 5 ms.
    replaceIn(
      'mysql2',
      /\/src\/dist\/connection\/pool\/connection-source\.js$/,
      "await import('mysql2')",
      "{ default: require('mysql2') }",
    ),
  ],
  output: {
    dir: path('dist/command-line'),
    // Of the 150 ms of a short run on Node 20, CommonJS saves five: an ES import of one of Node's own
    // modules calls all its getters, which load other modules.
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    // Without comments and blanks, but with its names.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    codeSplitting: {
      // Otherwise a chunk takes along what it imports.
      includeDependenciesRecursively: false,
      groups: [
        // `--help` needs no more than this. What it imports has to be here too: chunks must not import each other.
        {
          name: 'start',
          priority: 2,
          test: /\/(commander|valibot)\/|\/codegen\/dist\/(errors|workspace\/interruption|config\/(option-checks|option-row|normalization-names|(source-|target-|run-)?options|flags|config|log-level)|report\/report|emit\/typescript\/emit-options|workspace\/formatter-name)\.js$|\/src\/dist\/types\/column-type-options\.js$/,
        },
        // `generate` compares and reports nothing.
        {
          name: 'check',
          priority: 2,
          test: /\/src\/dist\/schema\/(compare\/(?!column-values)|create-table-sql|describe)|\/codegen\/dist\/(report\/(?!report\.|printable|colors|doctor\/)|workspace\/member-positions|commands\/(check|compare-files|diff|docs|ignore-rules|judge-findings|join-reports|normalize|suggest-(index-)?statement|write-reports))/,
        },
        // Views, a role without rights, a configuration file, a failure: loaded when met with.
        {
          name: 'seldom',
          priority: 3,
          test: /\/src\/dist\/managers\/metadata\/(normalize-query|parse-show|probe-view|describe-view|read-information-schema|read-subscribed|read-views|correct-type|refine-view|split-outside|view-definition)|\/src\/dist\/wire\/result-type|\/codegen\/dist\/(commands\/explain-failure|config\/(check-config|describe-load-error)|read\/explain-database-error)/,
        },
        // Reading a database: loaded while the server greets and looks at the password.
        {
          name: 'read-database',
          priority: 2,
          test: /\/src\/dist\/(managers\/(statement|metadata\/(?!catalog-connections))|wire|connection\/(setup|mysql2\/(physical-connection|session-status|local-upload|arriving-rows))|guards|observe|server\/capabilities|sql\/time-hint)/,
        },
        // The writer of types is loaded only when they change, and the compiler only for --impact.
        {
          name: 'run',
          priority: 1,
          test: /^(?!.*\/codegen\/dist\/(cli\.js|version\.js|impact\/|init\/|self-test\/|commands\/(init|self-test|completion|check-migrations|watch|doctor)|report\/doctor\/|read\/(connect|load-migrations|migrated-database|import-module|examine-database|compare-baseline)|workspace\/formatter\.js|emit\/docs\/|emit\/typescript\/(?!header|emit-options|shown-model|warnings|overrides|chosen-names|table-files|column-patterns|camel-case|type-expression|identifiers|misread-names|tsdoc)))/,
        },
      ],
    },
  },
})
