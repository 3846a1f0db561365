import { ts } from 'ts-morph'
import type { SchemaValue } from '../../../../src/schema/value.js'

/** The schema value that a program gets when it imports a generated file, which may load nothing itself. */
export function evaluateSchema(text: string): SchemaValue {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  })
  const exports: { schema?: SchemaValue } = {}
  const refuse = (name: string): never => {
    throw new Error(`the generated file loads ${name}`)
  }
  // oxlint-disable-next-line no-implied-eval -- running the emitted text is the point
  new Function('exports', 'require', outputText)(exports, refuse)
  if (exports.schema === undefined) throw new Error('the generated file has no schema value')
  return exports.schema
}
