/**
 * 120 changes of a schema, one at a time: each found with its severity and its line, nothing found before
 * and after, and for 60 of them the lines of a program that break.
 *
 *   MO_URL=mysql://user:password@host:6001 npm run soak -- drift-zoo [--every 1]
 */
import { runTests } from './vitest-program.js'

runTests(
  'test/codegen/drift-zoo/drift-zoo.test.ts',
  { '--every': 'DRIFT_ZOO_EVERY' },
  { DRIFT_ZOO_EVERY: '1' },
)
