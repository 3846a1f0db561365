import { pathToFileURL } from 'node:url'

/** Imports a file of the project, TypeScript included, which Node 20 cannot read by itself. */
export async function importModule(path: string): Promise<unknown> {
  if (!/\.[cm]?ts$/.test(path)) return (await import(pathToFileURL(path).href)) as unknown
  const { createJiti } = await import('jiti')
  return createJiti(path, { interopDefault: false }).import(path)
}
