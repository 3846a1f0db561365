/**
 * Random pairs of schemas: `breaking` exactly when a program breaks (docs/drift.md).
 *
 *   MO_URL=mysql://user:password@host:6001 npm run soak -- severity [--pairs 300] [--seed 1]
 */
import { runTests } from './vitest-program.js'

runTests(
  'test/schema/severity/severity.test.ts',
  { '--pairs': 'SEVERITY_PAIRS', '--seed': 'SEVERITY_SEED' },
  { SEVERITY_PAIRS: '300' },
)
