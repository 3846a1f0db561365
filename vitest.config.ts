import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** `KYSELY=0.28` runs the suite on the package `kysely-0.28`: another version of kysely. */
const kysely = process.env['KYSELY']
const otherKysely = kysely
  ? [
      // 0.28 has no such entry: what 0.29 has there is in its main one.
      ...(kysely.startsWith('0.28')
        ? [{ find: /^kysely\/migration$/, replacement: `kysely-${kysely}` }]
        : []),
      { find: /^kysely(?=$|\/)/, replacement: `kysely-${kysely}` },
    ]
  : []

// Programs that tests start would colour what they print, pipe or not.
delete process.env['FORCE_COLOR']

export default defineConfig({
  resolve: {
    alias: [
      ...otherKysely,
      { find: /^kysely-matrixone\/langchain$/, replacement: source('src/langchain.ts') },
      { find: /^kysely-matrixone\/mastra$/, replacement: source('src/mastra.ts') },
      { find: /^kysely-matrixone\/testing$/, replacement: source('src/testing/index.ts') },
      { find: /^kysely-matrixone\/metadata$/, replacement: source('src/metadata.ts') },
      { find: /^kysely-matrixone\/schema$/, replacement: source('src/schema.ts') },
      { find: /^kysely-matrixone$/, replacement: source('src/index.ts') },
      { find: /^mo-codegen$/, replacement: source('codegen/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/announce.ts'],
    // The files share one server and two cores: more workers only make each other wait.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts', 'codegen/**/*.ts'] },
  },
})
