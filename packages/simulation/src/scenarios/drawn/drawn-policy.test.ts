import { Policy } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import { optionsOf } from './draw.ts'
import { drawnPolicy } from './drawn-policy.ts'

/** The schema lists this value to refuse it with a reason. */
const alwaysRefused = ['enforce.recoveryGraceDays=never']

describe('a drawn policy', () => {
  it('has every option of the schema, and every value that the schema lists', () => {
    const drawn = new Set<string>()
    for (let seed = 1; seed <= 2_000; seed += 1) note(drawn, '', drawnPolicy(seed, 'policy', 'p'))
    const wanted = optionsOf(Policy).filter((option) => !alwaysRefused.includes(option))
    expect(wanted.filter((option) => !drawn.has(option))).toStrictEqual([])
    expect(wanted.length).toBeGreaterThan(50)
  })

  it('is one that the schema accepts', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      expect(Policy.safeParse(drawnPolicy(seed, 'policy', 'p')).error).toBeUndefined()
    }
  })

  it('is the same for the same seed', () => {
    expect(drawnPolicy(7, 'policy', 'p')).toStrictEqual(drawnPolicy(7, 'policy', 'p'))
  })
})

/** Notes the options of a policy as `optionsOf` writes them. */
function note(drawn: Set<string>, at: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) note(drawn, `${at}[]`, item)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, part] of Object.entries(value)) {
      const path = at === '' ? name : `${at}.${name}`
      drawn.add(path)
      note(drawn, path, part)
    }
  } else drawn.add(`${at}=${String(value)}`)
}
