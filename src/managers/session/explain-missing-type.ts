import { SqlSyntaxError, UnsupportedError } from '../../errors.js'
import { rewrap } from '../../server/rewrap-error.js'
import type { Capabilities } from '../../server/capabilities.js'
import type { SqlExecutor } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'

/** Parts of CREATE TABLE with the capability each needs and the version that brought it. */
const needs: readonly (readonly [
  found: RegExp,
  capability: keyof Capabilities,
  what: string,
  since: string,
])[] = [
  [
    /\bvec(?:bf16|f16|int8|uint8)\b/i,
    'narrowVectors',
    'vecbf16, vecf16, vecint8 and vecuint8',
    '4.2',
  ],
  [/\barray\(/i, 'arrayColumns', 'array(…) columns', '4.1'],
  [/\bgeometry32\b/i, 'geometry32', 'geometry32', '4.1'],
  [/\bgenerated always as\b/i, 'generatedColumns', 'generated columns', '4.1'],
]

/**
 * Runs a CREATE TABLE; when the server cannot read it because of something that came later, the
 * error says that instead of `syntax error near …`. Only then is the server asked for its version.
 *
 * @throws {UnsupportedError} for a type that this server does not have
 */
export async function explainMissingType(
  db: SqlExecutor,
  create: () => Promise<unknown>,
): Promise<void> {
  try {
    await create()
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error
    const statement = error.sql ?? ''
    const candidates = needs.filter(([found]) => found.test(statement))
    if (candidates.length === 0) throw error
    const capabilities = await readCapabilities(db)
    const missing = candidates.find(([, capability]) => capabilities[capability] === false)
    if (missing === undefined) throw error
    const [, , what, since] = missing
    throw rewrap(
      error,
      UnsupportedError,
      `This server does not know ${what}, which need MatrixOne ${since}.`,
    )
  }
}
