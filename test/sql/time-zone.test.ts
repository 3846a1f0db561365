import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ValueError } from '../../src/errors.js'
import { timeZoneOffsetMinutes, toOffset } from '../../src/sql/time-zone.js'

describe('timeZoneOffsetMinutes', () => {
  it.each([
    ['+00:00', 0],
    ['Z', 0],
    ['UTC', 0],
    ['+08:00', 480],
    ['-03:30', -210],
    ['+14:00', 840],
  ])('of %s is %i', (timeZone, minutes) => {
    expect(timeZoneOffsetMinutes(timeZone)).toBe(minutes)
    expect(timeZoneOffsetMinutes(timeZone)).toBe(minutes)
  })

  it.each([
    'Asia/Shanghai',
    'local',
    'SYSTEM',
    '',
    '+8:00',
    '+15:00',
    '+01:60',
    '+01:00 ',
    "+00:00'",
  ])('is refused for %j', (timeZone) => {
    expect(() => timeZoneOffsetMinutes(timeZone)).toThrow(ValueError)
    expect(() => timeZoneOffsetMinutes(timeZone)).toThrow('no fixed offset')
  })
})

describe('toOffset', () => {
  it('writes what timeZoneOffsetMinutes reads', () => {
    const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 })
    fc.assert(
      fc.property(offsets, (minutes) => {
        expect(timeZoneOffsetMinutes(toOffset(minutes))).toBe(minutes)
      }),
    )
    expect([toOffset(0), toOffset(480), toOffset(-210)]).toEqual(['+00:00', '+08:00', '-03:30'])
  })
})
