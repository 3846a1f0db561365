/** A change of the generated file for each rule about it, as far as a text alone can have it. */
import type { SchemaModel } from 'kysely-matrixone/schema'
import type { ResolvedEmitOptions } from '../emit/typescript/emit-options.js'
import {
  emitText,
  type GeneratedFileState,
  inspectGeneratedFile,
  wantedFile,
  wantTypes,
} from '../workspace/generated-file.js'
import { mutations } from './mutations.js'

/** Changes of a generated file, by the state that each has to be recognised as. */
const changes: {
  readonly [State in Exclude<GeneratedFileState, 'current' | 'reformatted' | 'foreign'>]: (
    text: string,
    model: SchemaModel,
    options: ResolvedEmitOptions,
  ) => string | Promise<string>
} = {
  edited: (text) => text.replace(/^( {2}\w+: ).*$/m, '$1never'),
  'comments-edited': (text) => text.replace('/** ', '/** Edited: '),
  conflicted: (text) =>
    text.replace(/^\/\/ format .*$/m, '<<<<<<< HEAD\n$&\n=======\n$&\n>>>>>>> other'),
  damaged: (text) => text.replace(/^\/\/ format .*\n/m, ''),
  'other-schema': (_text, model, options) =>
    emitText(wantTypes(mutations['column-added'](model), options)),
  'other-options': (_text, model, options) =>
    emitText(wantTypes(model, { ...options, schemaValue: !options.schemaValue })),
  'other-format': (text) => text.replace(/^\/\/ format \d+/m, '// format 1'),
}

/** A state of a generated file, and what a changed file was recognised as. */
export interface Recognised {
  readonly state: GeneratedFileState
  readonly found: GeneratedFileState
}

/** Changes a generated file in memory, once per state. */
export async function recogniseAll(
  model: SchemaModel,
  options: ResolvedEmitOptions,
): Promise<readonly Recognised[]> {
  const wanted = wantTypes(model, options)
  const text = await emitText(wanted)
  return Promise.all(
    Object.entries(changes).map(async ([state, change]) => {
      const changed = await change(text, model, options)
      const found = await inspectGeneratedFile(changed, wantedFile(wanted))
      return { state: state as GeneratedFileState, found }
    }),
  )
}
