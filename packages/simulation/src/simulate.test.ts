import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { firstSeed, seedOfCommit } from './first-seed.ts'
import { perform, playSeed } from './jobs.ts'
import { mutants } from './mutants/all-mutants.ts'
import { parseSimulateOptions } from './options.ts'
import { stories } from './scenarios/stories/all-stories.ts'
import { shrink } from './shrink.ts'
import { add, coverageOf, emptyTally } from './tally.ts'

/** The gate plays seeds that follow from the commit; a title tells which. */
const first = process.env.CI === undefined ? 1 : firstSeed().seed

describe('the simulation', () => {
  it(`plays all stories, all single crashes, and the seeds from ${first} on`, async () => {
    const tally = emptyTally()
    add(tally, await perform({ kind: 'stories' }))
    add(tally, await perform({ kind: 'singles', part: 0, of: 1 }))
    add(tally, await perform({ kind: 'seeds', from: first, to: first + 200 }))
    expect(tally.failures).toStrictEqual([])
    expect(tally.crashes.enumerated).toBeGreaterThan(400)
    expect(tally.crashes.covered).toBe(tally.crashes.enumerated)
    expect(coverageOf(tally).uncovered).toStrictEqual([])
  })

  it('plays the same seed the same way', async () => {
    const [one, two] = [await playSeed(11), await playSeed(11)]
    expect(two).toStrictEqual(one)
    expect(one.incidents.length).toBeGreaterThan(0)
  })

  it('gives each story its own name', () => {
    const names = stories.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('shrinks nothing in a seed without a violation', async () => {
    const { played, dropped } = await shrink(11)
    expect(played.violations).toStrictEqual([])
    expect(dropped.size).toBe(0)
  })
})

describe('the first seed', () => {
  it('follows from the commit', () => {
    expect(seedOfCommit('00000fe3c0ffee')).toBe(0xfe)
    expect(seedOfCommit('0000000deadbeef')).toBe(1)
    expect(firstSeed()).toStrictEqual(firstSeed())
  })
})

describe('the mutants', () => {
  it('each find their text once in their file', async () => {
    for (const { guard, patches } of mutants) {
      for (const { file, from } of patches) {
        const url = new URL(`../../${file}`, import.meta.url)
        const pieces = (await readFile(url, 'utf8')).split(from)
        expect([guard, pieces.length - 1]).toStrictEqual([guard, 1])
      }
    }
  })
})

describe('the options', () => {
  it('play the seeds by default, and none beside enumerated crashes', () => {
    expect(parseSimulateOptions([])).toMatchObject({ crash: 'random', runs: 2_000, seed: 1 })
    expect(parseSimulateOptions(['--crash', 'pairs'])).toMatchObject({ crash: 'pairs', runs: 0 })
    expect(parseSimulateOptions(['--seed', 'commit'])).toMatchObject({ seed: 'commit' })
    expect(parseSimulateOptions(['--replay', '7'])).toMatchObject({ replay: 7 })
    expect(parseSimulateOptions(['--mutants', '--only', 'cap'])).toMatchObject({ only: 'cap' })
  })

  it.each([
    ['--crash', 'often'],
    ['--runs', 'many'],
    ['--speed', '9'],
    ['--only', 'cap'],
  ])('refuse %s %s', (...argv) => {
    expect(() => parseSimulateOptions(argv)).toThrow(
      expect.objectContaining({ code: 'KEYNAG_OPTION_INVALID' }),
    )
  })
})
