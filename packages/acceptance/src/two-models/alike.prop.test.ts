import { KeynagError, secondMs } from '@keynag/core'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { deeds, questions, type Choice, type Play } from './acts.ts'
import { startFakeAwsWorld } from './fake-aws-world.ts'
import { startSimulatedWorld } from './simulated-world.ts'
import type { StartWorld } from './world-under-test.ts'

interface Line extends Choice {
  readonly act: string
}

const line = (acts: readonly string[]) =>
  fc.record({
    act: fc.constantFrom(...acts),
    userName: fc.constantFrom('ann', 'anna'),
    nth: fc.nat({ max: 5 }),
  })

/** Time has to pass for anything to show, and people do less than keynag asks. */
const stories = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: line(Object.keys(questions)) },
    { weight: 2, arbitrary: line(Object.keys(deeds)) },
    { weight: 1, arbitrary: line(['wait']) },
  ),
  { minLength: 30, maxLength: 60 },
)

const beginning: readonly Line[] = ['add a user', 'GetUser', 'make a key', 'CreateSecret'].map(
  (act) => ({ act, userName: 'ann', nth: 0 }),
)

const begin = async (start: StartWorld): Promise<Play> => {
  const aws = await start({ lags: 'alike' })
  const nothing = { users: [], keys: [], created: [], secrets: new Map() }
  return { aws, startedAt: aws.now(), ...nothing }
}

/** The answer in words that mean the same in both worlds: no IDs, and times to ten seconds. */
const inWords = (answer: unknown, { aws, keys, users, startedAt }: Play): string => {
  const userIds = [...new Set(users.map(({ userId }) => userId))]
  const word = (field: string, value: unknown): unknown => {
    if (unlike.has(field)) return undefined
    if (typeof value === 'number') return Math.round((value - startedAt) / 10_000)
    if (typeof value === 'string') {
      const key = keys.findIndex((one) => one === value)
      const user = userIds.findIndex((one) => one === value)
      if (key !== -1) return `key ${key}`
      if (field === 'userId') return user === -1 ? 'a new user' : `user ${user}`
      return value.replace(aws.account, 'account')
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }
  return JSON.stringify({ answer }, word)
}

/** Fields that the simulation leaves out or words otherwise. */
const unlike: ReadonlySet<string> = new Set(['region', 'who', 'why'])

async function tell(play: Play, { act, ...choice }: Line): Promise<string> {
  const told = `${act} ${choice.userName} ${choice.nth}`
  const deed = deeds[act]
  if (deed !== undefined) {
    try {
      await deed(play, choice)
    } catch {
      // People cannot do what makes no sense; one world throws then, the other does nothing.
    }
    return told
  }
  try {
    return `${told}: ${inWords(await questions[act]?.(play, choice), play)}`
  } catch (error) {
    if (error instanceof KeynagError) return `${told}: ${error.errorClass} ${error.code}`
    throw error
  }
}

const sinceStart = ({ aws, startedAt }: Play): number => aws.now() - startedAt

/** A call takes time in the simulation and none over HTTP: both go on at the next full second. */
const synchronize = (one: Play, other: Play): void => {
  const latest = Math.max(sinceStart(one), sinceStart(other))
  const next = Math.ceil(latest / secondMs) * secondMs
  for (const play of [one, other]) play.aws.advance(next - sinceStart(play))
}

it('the two models answer alike, whatever is done and asked', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const [one, other] = [await begin(startSimulatedWorld), await begin(startFakeAwsWorld)]
      const told: string[] = []
      for (const next of [...beginning, ...story]) {
        const [here, there] = [await tell(one, next), await tell(other, next)]
        told.push(here)
        expect(there, `after\n${told.slice(0, -1).join('\n')}`).toBe(here)
        synchronize(one, other)
      }
    }),
    { numRuns: 20, seed: 1, endOnFailure: true },
  )
})
