import { faultsAt, noFaults, type CallFault } from './faults.ts'
import { play, pointsOf, type Point } from './play.ts'
import { randomFaults } from './random-faults.ts'
import { stories } from './scenarios/stories/all-stories.ts'
import { randomScenario } from './scenarios/random.ts'
import { reference } from './scenarios/reference.ts'
import { count, emptyTally, fail, unmetBy, type Tally } from './tally.ts'

/** A part of the work that one core can do alone. */
export type Job =
  /** Every story, once. */
  | { readonly kind: 'stories' }
  /** Seeds. Each seed has its own policy, faults and deeds. */
  | { readonly kind: 'seeds'; readonly from: number; readonly to: number }
  /** The reference scenario again and again without a fault, to measure the speed. */
  | { readonly kind: 'reference'; readonly runs: number }
  /** A fault at every `of`th point of the reference scenario, from the `part`th on. */
  | { readonly kind: 'singles'; readonly part: number; readonly of: number }
  /** The same, each with a second fault at every later point. */
  | { readonly kind: 'pairs'; readonly part: number; readonly of: number }

/** Does a job. `untilFailure`: stops at the first violation. */
export async function perform(job: Job, untilFailure = false): Promise<Tally> {
  const tally = emptyTally()
  const isOver = (): boolean => untilFailure && tally.failures.length > 0
  switch (job.kind) {
    case 'stories':
      for (const story of stories) {
        const played = await play(story, 1, noFaults)
        count(tally, story.name, undefined, played)
        for (const unmet of unmetBy(story, played)) {
          const sentence = `"${unmet}" did not happen`
          const at = ''
          fail(tally, {
            run: story.name,
            seed: undefined,
            invariant: 'story',
            sentence,
            at,
            trace: [],
          })
        }
        if (isOver()) break
      }
      return tally
    case 'seeds':
      for (let seed = job.from; seed < job.to && !isOver(); seed += 1) {
        count(tally, `seed ${seed}`, seed, await playSeed(seed))
      }
      return tally
    case 'reference':
      for (let run = 0; run < job.runs; run += 1) {
        count(tally, 'reference', undefined, await play(reference, run, noFaults))
      }
      return tally
    case 'singles':
      await singles(tally, job.part, job.of, isOver)
      return tally
    case 'pairs':
      await pairs(tally, job.part, job.of, isOver)
      return tally
    default:
      return job satisfies never
  }
}

/** Plays a seed without the dropped faults and deeds, such as `call 12`. */
export const playSeed = (seed: number, dropped: ReadonlySet<string> = new Set()) =>
  play(randomScenario(seed, dropped), seed, randomFaults(seed, dropped))

const nameOf = (...points: readonly Point[]): string =>
  points.map(({ index, fault }) => `${fault.kind} at call ${index}`).join(', then ')

const faultsOf = (...points: readonly Point[]): ReadonlyMap<number, CallFault> =>
  new Map(points.map(({ index, fault }) => [index, fault]))

async function singles(
  tally: Tally,
  part: number,
  of: number,
  isOver: () => boolean,
): Promise<void> {
  const { points } = await pointsOf(reference, new Map(), 0)
  for (let at = part; at < points.length && !isOver(); at += of) {
    const point = points[at]
    if (point === undefined) continue
    count(tally, nameOf(point), undefined, await play(reference, 1, faultsAt(faultsOf(point))))
    tally.crashes.enumerated += 1
    tally.crashes.covered += 1
    tally.crashes.played += 1
  }
}

async function pairs(tally: Tally, part: number, of: number, isOver: () => boolean): Promise<void> {
  const { points } = await pointsOf(reference, new Map(), 0)
  const firsts = byClass(points)
  for (let at = part; at < firsts.length && !isOver(); at += of) {
    const alike = firsts[at]
    const [first] = alike ?? []
    if (alike === undefined || first === undefined) continue
    const { points: after, played } = await pointsOf(reference, faultsOf(first), first.index + 1)
    count(tally, nameOf(first), undefined, played)
    tally.crashes.played += 1
    for (const seconds of byClass(after)) {
      const [second] = seconds
      if (second === undefined || isOver()) continue
      const faults = faultsAt(faultsOf(first, second))
      count(tally, nameOf(first, second), undefined, await play(reference, 1, faults))
      tally.crashes.played += 1
      tally.crashes.covered += alike.length * seconds.length
    }
    tally.crashes.enumerated += alike.length * after.length
  }
}

function byClass(points: readonly Point[]): readonly (readonly Point[])[] {
  const classes = new Map<string, Point[]>()
  for (const point of points) {
    const alike = classes.get(point.class)
    if (alike === undefined) classes.set(point.class, [point])
    else alike.push(point)
  }
  return [...classes.values()]
}
