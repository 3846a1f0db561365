import { Script } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { pageScript } from '../../../../codegen/emit/docs/page-script.js'
import { pageStyle } from '../../../../codegen/emit/docs/page-style.js'

/** The colors of `:root` by name, light and dark. */
const [light = {}, dark = {}] = [...pageStyle.matchAll(/:root \{([^}]*)\}/g)].map(([, text = '']) =>
  Object.fromEntries(
    [...text.matchAll(/--(\w+): (#\w+)/g)].map(([, name = '', value = '']) => [name, value]),
  ),
)

/** Relative luminance, by WCAG 2. */
function luminanceOf(color: string): number {
  const digits = color.length === 4 ? color.replaceAll(/[^#]/g, '$&$&') : color
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrastOf(one = '', other = ''): number {
  const [less = 0, more = 0] = [one, other].map(luminanceOf).toSorted((a, b) => a - b)
  return (more + 0.05) / (less + 0.05)
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the page in the %s', (_name, colors) => {
  const contrasts = (name: string, grounds: readonly string[]): readonly number[] =>
    grounds.map((ground) => contrastOf(colors[name], colors[ground]))

  it.each(['ink', 'soft', 'accent', 'key'])('has text that can be read: %s (WCAG AA)', (text) => {
    expect(Math.min(...contrasts(text, ['paper', 'card', 'find']))).toBeGreaterThan(4.5)
  })

  it('has frames that can be seen', () => {
    expect(Math.min(...contrasts('frame', ['paper', 'card']))).toBeGreaterThan(3)
  })
})

it('the script of the page is one', () => {
  expect(() => new Script(pageScript)).not.toThrow()
})
