/** The registry of report formats. A new one is a file here and its name in report.ts. */
import { githubReporter } from './github.js'
import { gitlabReporter } from './gitlab.js'
import { jsonReporter } from './json.js'
import { markdownReporter } from './markdown.js'
import type { Reporter, ReporterName, ReporterOptions } from './report.js'
import { sarifReporter } from './sarif.js'
import { textReporter } from './text.js'

const makers: { readonly [Name in ReporterName]: (options: ReporterOptions) => Reporter } = {
  text: textReporter,
  json: jsonReporter,
  github: githubReporter,
  gitlab: gitlabReporter,
  sarif: sarifReporter,
  markdown: markdownReporter,
}

/** Makes the reporter of a name. */
export function makeReporter(name: ReporterName, options: ReporterOptions): Reporter {
  return makers[name](options)
}
