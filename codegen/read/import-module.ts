import { pathToFileURL } from 'node:url'
import type { Jiti } from 'jiti'

/** Imports a file of the project, TypeScript included: Node 20 cannot read that, and newer ones refuse enums. */
export async function importModule(path: string): Promise<unknown> {
  if (!/\.[cm]?ts$/.test(path)) return (await import(pathToFileURL(path).href)) as unknown
  const { createJiti } = await import('jiti')
  return makeJiti(createJiti, path).import(path)
}

/** With the path aliases of the nearest tsconfig.json, where that can be read. */
function makeJiti(create: typeof import('jiti').createJiti, path: string): Jiti {
  const options = { interopDefault: false }
  try {
    return create(path, { ...options, tsconfigPaths: true })
  } catch {
    return create(path, options)
  }
}
