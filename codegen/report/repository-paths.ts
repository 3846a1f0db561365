/** Paths as the services expect them that annotate lines: from the root of the repository. */
import { isAbsolute, relative, resolve } from 'node:path'
import type {
  Breakage,
  DriftReport,
  FileLocation,
  ReportedFinding,
  ReporterName,
} from './report.js'
import type { Side } from './sides.js'

const services: readonly ReporterName[] = ['github', 'gitlab', 'sarif']

/**
 * Names the files of a report as its reader does: people and programs where the command runs, a service from the
 * root of the repository, wherever in it the command runs.
 */
export function namePathsFor(
  name: ReporterName,
  report: DriftReport,
  cwd: string,
  root: string | undefined,
): DriftReport {
  if (root === undefined || root === cwd || !services.includes(name)) return report
  const rename = (file: string): string => {
    const path = relative(root, resolve(cwd, file)).replaceAll('\\', '/')
    return path.startsWith('../') || isAbsolute(path) ? file : path
  }
  const move = (location: FileLocation): FileLocation => ({
    ...location,
    file: rename(location.file),
  })
  // The impact names findings of the list by identity.
  const moved = new Map<ReportedFinding, ReportedFinding>(
    report.findings.map((finding) => [
      finding,
      {
        ...finding,
        ...(finding.file !== undefined && { file: rename(finding.file) }),
        location: finding.location && move(finding.location),
      },
    ]),
  )
  const moveBreakage = (breakage: Breakage): Breakage => ({
    ...breakage,
    location: move(breakage.location),
  })
  const renameSide = (side: Side): Side =>
    side.isFile ? { ...side, name: rename(side.name) } : side
  const { impact } = report
  return {
    ...report,
    expected: report.expected.map(renameSide),
    actual: report.actual.map(renameSide),
    findings: [...moved.values()],
    ...(impact && {
      impact: {
        ...impact,
        findings: impact.findings.map(({ finding, breakages }) => ({
          finding: finding && (moved.get(finding) ?? null),
          breakages: breakages.map(moveBreakage),
        })),
      },
    }),
  }
}
