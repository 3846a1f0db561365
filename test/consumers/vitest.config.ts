import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Of `npm run test:consumers`; the suite's own configuration leaves these files out. */
export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  test: {
    include: ['test/consumers/*.consumer.ts'],
    maxWorkers: 1,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
