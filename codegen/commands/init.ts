/** `mo-codegen init`: configuration, package scripts and a CI job from what the project shows. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findConfigFile } from '../config/config-file.js'
import type { ExitCode } from '../errors.js'
import { addScripts } from '../init/add-scripts.js'
import { dependsOn, lookAround, type Project } from '../init/look-around.js'
import { planConfig, type PlannedFile, planJob, planScripts } from '../init/plan-files.js'
import { writeAtomically } from '../workspace/files.js'
import type { Output } from '../workspace/output.js'
import { projectFile } from '../workspace/project-file.js'
import type { Surroundings } from '../workspace/streams.js'

/** Writes what is not there, changes nothing that is, and says both. */
export function init(around: Surroundings, output: Output): ExitCode {
  const project = lookAround(around)
  output.info(`Found ${findings(project).join(', ')}.`)
  const existing = findConfigFile(project.folder)
  const config = planConfig(project)
  if (existing === undefined) write(config, around, output)
  else leave(existing, around, output)
  writeScripts(project, around, output)
  const job = planJob(project)
  if (job !== undefined) write(job, around, output)
  for (const hint of nextSteps(project, job, around)) output.info(hint)
  return 0
}

function findings(project: Project): readonly string[] {
  const { manifest, packageManager, typescript, url, pipeline } = project
  const { system } = pipeline
  return [
    manifest === undefined ? 'no package.json' : `package.json (${packageManager.name})`,
    typescript === undefined ? 'no TypeScript' : 'TypeScript',
    url === undefined
      ? 'no DATABASE_URL'
      : `DATABASE_URL in ${typeof url === 'string' ? url : url.file}`,
    system === 'github'
      ? 'GitHub'
      : system === 'gitlab'
        ? 'GitLab'
        : system === 'other'
          ? 'another CI system'
          : 'no CI system',
  ]
}

function write({ path, text }: PlannedFile, { cwd }: Surroundings, output: Output): void {
  const file = projectFile(cwd, path)
  if (existsSync(path)) {
    leave(path, { cwd }, output)
    return
  }
  writeAtomically(file, text)
  output.info(`Wrote ${file.shown}.`)
}

function leave(path: string, { cwd }: Pick<Surroundings, 'cwd'>, output: Output): void {
  output.info(`Left ${projectFile(cwd, path).shown} as it is.`)
}

function writeScripts(project: Project, { cwd }: Surroundings, output: Output): void {
  const { manifest } = project
  if (manifest === undefined) return
  const { text, added, kept } = addScripts(manifest, planScripts(project))
  const file = projectFile(cwd, manifest.path)
  if (added.length > 0) {
    writeAtomically(file, text)
    const scripts = added.length === 1 ? 'script' : 'scripts'
    output.info(`Added the ${scripts} ${added.join(' and ')} to ${file.shown}.`)
  }
  if (kept.length > 0) {
    output.info(
      `Left ${kept.join(' and ')} in ${file.shown} as it is: another script has that name.`,
    )
  }
}

function nextSteps(
  project: Project,
  job: PlannedFile | undefined,
  { cwd }: Surroundings,
): readonly string[] {
  const { manifest, packageManager, url, pipeline } = project
  const { add, run, execute } = packageManager
  const scripts = planScripts(project)
  // Another script may have the name.
  const isOurs = manifest && !addScripts(manifest, scripts).kept.includes('db:types')
  const generate = isOurs ? `${run} db:types` : `${execute} mo-codegen`
  const includes = job?.path.endsWith(join('.gitlab', 'mo-codegen.yml'))
  return [
    ...(includes
      ? ['Include it in .gitlab-ci.yml: include: [{ local: .gitlab/mo-codegen.yml }].']
      : []),
    ...(pipeline.system === 'other'
      ? [`Run ${execute} mo-codegen check --offline in your pipeline; it needs no database.`]
      : []),
    ...(manifest !== undefined && !dependsOn(manifest, 'mo-codegen')
      ? [`Next: ${add} mo-codegen`]
      : []),
    ...(url === undefined
      ? [`Next: set DATABASE_URL=mysql://user:password@host:6001/database`]
      : []),
    `Next: ${generate}${dirname(manifest?.path ?? cwd) === cwd || manifest === undefined ? '' : ` in ${projectFile(cwd, dirname(manifest.path)).shown}`}, and commit what it writes.`,
  ]
}
