/**
 * Random histories of DDL: `check` finds what changed and nothing else, at once, 10 s and 30 s later.
 *
 *   MO_NODE_STOP=… MO_NODE_START=… MO_URL=mysql://user:password@host:6001 npm run soak -- histories [--histories 200] [--rounds 1] [--seed 1]
 */
import { runTests } from './vitest-program.js'

runTests(
  'test/codegen/commands/histories.test.ts',
  { '--histories': 'HISTORIES', '--rounds': 'HISTORY_ROUNDS', '--seed': 'HISTORY_SEED' },
  { HISTORIES: '200' },
)
