/**
 * Project references: a program imports the declarations that `tsc -b` has built of another, and an
 * editor reads the sources instead. So does the check of an impact, because the new types are sources.
 */
import { dirname, extname } from 'node:path'
import { type ResolutionHostFactory, ts } from 'ts-morph'

/** The module resolution that leads into the sources; undefined for a tsconfig.json without references. */
export function resolveIntoSources(tsconfig: string): ResolutionHostFactory | undefined {
  // Most have none, and listing the files of a program takes long.
  if (namedReferences(tsconfig).length === 0) return undefined
  const sources = sourcesByDeclarations(tsconfig)
  return (disk, getOptions) => {
    const cache = ts.createModuleResolutionCache(dirname(tsconfig), (name) => name, getOptions())
    return {
      resolveModuleNames: (names, importer, _reused, reference, options, file) =>
        names.map((name, at) => {
          const mode = file && ts.getModeForResolutionAtIndex(file, at, options)
          const { resolvedModule } = ts.resolveModuleName(
            name,
            importer,
            options,
            disk,
            cache,
            reference,
            mode,
          )
          const source = resolvedModule && sources.get(resolvedModule.resolvedFileName)
          return source === undefined
            ? resolvedModule
            : { resolvedFileName: source, extension: extname(source) }
        }),
    }
  }
}

/** The paths in `references`, as they are written. */
export function namedReferences(tsconfig: string): readonly string[] {
  const { config } = ts.readConfigFile(tsconfig, (name) => ts.sys.readFile(name)) as {
    readonly config?: { readonly references?: readonly { readonly path: string }[] }
  }
  return config?.references?.map((reference) => reference.path) ?? []
}

/** The source of each declaration file that the programs behind the references write. */
function sourcesByDeclarations(tsconfig: string): ReadonlyMap<string, string> {
  const sources = new Map<string, string>()
  const seen = new Set([tsconfig])
  for (const path of seen) {
    const parsed = parse(path)
    if (parsed === undefined) continue
    for (const reference of parsed.projectReferences ?? []) {
      seen.add(ts.resolveProjectReferencePath(reference))
    }
    if (path === tsconfig) continue
    for (const source of parsed.fileNames) {
      const outputs = ts.getOutputFileNames(parsed, source, !ts.sys.useCaseSensitiveFileNames)
      const declarations = outputs.find((output) => /\.d\.[cm]?ts$/.test(output))
      if (declarations !== undefined) sources.set(declarations, source)
    }
  }
  return sources
}

/** One that cannot be read has no sources here; tsc complains of it. */
function parse(path: string): ts.ParsedCommandLine | undefined {
  return ts.getParsedCommandLineOfConfigFile(
    path,
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: () => undefined,
    },
  )
}
