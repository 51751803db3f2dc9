import { presets, type PresetName } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import { playStory, type StoryOptions } from './story.ts'
import { findingsOf, type Findings } from './summary.ts'

const short = { days: 12, accounts: 5, users: 30, seed: 3, policy: undefined }

async function play(options: Partial<StoryOptions> = {}): Promise<Findings> {
  const all = { ...short, ...options }
  const story = await playStory(all)
  try {
    return await findingsOf(story, all, story.sandbox.calls.toJSON())
  } finally {
    await story.sandbox.close()
  }
}

describe('a short demo', () => {
  it('has the same result every time for the same seed', async () => {
    // Long enough for two reminders and the first replacements.
    const days = 16
    const first = await play({ days })
    const { summary } = first
    expect(summary).toMatchObject({ days, accounts: 5, users: 30, invariantViolations: [] })
    expect(summary.stale).toBeGreaterThan(5)
    expect(summary.nags).toBeGreaterThan(5)
    expect(summary.rotations.issued).toBeGreaterThan(0)
    expect(await play({ days })).toEqual(first)
  })

  const outcomes = [
    ['gentle-nag', { replaces: false, deactivates: false }],
    ['email-reminder', { replaces: false, deactivates: false }],
    ['warn-then-rotate', { replaces: true, deactivates: false }],
    ['cis-rotation', { replaces: true, deactivates: false }],
    ['weekly-purge', { replaces: false, deactivates: true }],
  ] as const satisfies readonly (readonly [PresetName, object])[]

  it('covers every preset', () => {
    expect(outcomes.map(([name]) => name)).toEqual(Object.keys(presets))
  })

  it.each(outcomes)('of %s violates no invariant', async (policy, outcome) => {
    const { summary } = await play({ policy })
    expect(summary.invariantViolations).toEqual([])
    expect(policy === 'gentle-nag' ? summary.posts : summary.nags).toBeGreaterThan(0)
    expect({
      replaces: summary.rotations.issued > 0,
      deactivates: summary.deactivated > 0,
    }).toEqual(outcome)
  })
})
