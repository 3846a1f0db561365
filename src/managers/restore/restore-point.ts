/** The state that a restore goes back to: its options, their check, and how it is written. */
import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { bigInteger, instant, type OptionRule, text } from '../../options/option-rules.js'
import { toLiteral } from '../../sql/literals.js'
import { type Instant, moTsOf, writeTimeHint, writeUtcText } from '../../sql/time-hint.js'
import { quoteCheckedName } from '../names/names.js'

/** A state to go back to: a snapshot, or an instant that a PITR covers (UTC). */
export type RestorePoint =
  | { readonly snapshot: string }
  | { readonly pitr: string; readonly timestamp: Date }
  /** `moTs` in nanoseconds since 1970-01-01 UTC. */
  | { readonly pitr: string; readonly moTs: bigint }

/** The state that an account goes back to and, from a snapshot, the account that gets it. */
export type RestoreAccountOptions =
  | {
      readonly snapshot: string
      /** An existing account that gets the databases instead; for the `sys` account only. */
      readonly toAccount?: string
    }
  | (RestorePoint & { readonly toAccount?: never })

/** The state that the whole cluster goes back to. */
export interface RestoreClusterOptions {
  /** A snapshot of level `cluster`. */
  readonly snapshot: string
}

const POINT = { snapshot: text, pitr: text, timestamp: instant, moTs: bigInteger }

/** Refuses a point that is neither a snapshot nor an instant of a PITR. */
export function checkPoint(
  call: string,
  point: unknown,
  more: Readonly<Record<string, OptionRule>> = {},
): void {
  checkOptions(call, { ...POINT, ...more }, point)
  const given = Object.entries(point ?? {}).filter(([, value]) => value !== undefined)
  const names = given.map(([name]) => name).filter((name) => name in POINT)
  if (['snapshot', 'pitr timestamp', 'moTs pitr'].includes(names.toSorted().join(' '))) return
  throw new ValueError(
    `${call} needs the option snapshot, or pitr together with timestamp or moTs, and no others. ` +
      `It got ${names.length === 0 ? 'none' : names.join(', ')}.`,
  )
}

/** The text is read as UTC, whatever the session's time zone (4.2.0 with nine digits). */
export function fromPitr(point: Exclude<RestorePoint, { snapshot: string }>): string {
  const moTs = 'moTs' in point ? point.moTs : moTsOf(point.timestamp)
  return `from pitr ${quoteCheckedName('pitr', point.pitr)} ${toLiteral(writeUtcText(moTs))}`
}

/** The time hint of the state that is put back, behind a blank. */
export function pastOf(point: RestorePoint | RestoreClusterOptions): string {
  return ` ${writeTimeHint(instantOf(point))}`
}

function instantOf(point: RestorePoint | RestoreClusterOptions): Instant {
  if ('snapshot' in point) return { snapshot: point.snapshot }
  return 'moTs' in point ? { moTs: point.moTs } : { timestamp: point.timestamp }
}
