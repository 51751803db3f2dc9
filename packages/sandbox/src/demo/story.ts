import {
  dayMs,
  epochMs,
  hourMs,
  minuteMs,
  plusDays,
  scheduleRules,
  type Organization,
} from '@keynag/core'
import { exempt } from './operator.ts'
import { startSandbox, type Sandbox } from '../sandbox.ts'
import { Changes, type Change } from './changes.ts'
import { deployments, inForce, type Deployments } from './demo-config.ts'
import { populate, type DemoOrganization } from './organization.ts'
import { Owners } from './owners.ts'
import { Reader } from './reader.ts'
import { Trouble } from './trouble.ts'

export interface StoryOptions {
  readonly days: number
  readonly accounts: number
  readonly users: number
  readonly seed: number
  readonly policy: string | undefined
  readonly logPath?: string
  readonly detectLeaks?: boolean
  /** Called after each day. */
  readonly onDay?: (day: number) => void
}

/** A finished simulation, for inspection. The caller must close the sandbox. */
export interface Story {
  readonly sandbox: Sandbox
  readonly demo: DemoOrganization
  readonly reader: Reader
  /** The settings at the end. */
  readonly organization: Organization
  /** What people and operators changed, by day. */
  readonly changes: readonly Change[]
}

/** Every simulation begins on this day, a Thursday. */
export const startAt = Date.UTC(2026, 0, 1)

/**
 * Simulates an organization for some days. Each day the schedules run, the queues are drained, and
 * then the owners read their messages and act.
 */
export async function playStory(options: StoryOptions): Promise<Story> {
  let demo: DemoOrganization | undefined
  let deployed = await deployments(options, {})
  let today = 1
  const sandbox = await startSandbox({
    startAt,
    seed: options.seed,
    organization: () => inForce(deployed, today),
    world: { shortPageChance: 0.05, lastUsedLagMs: 4 * hourMs, reportMs: 2_000 },
    populate: (world, random) => {
      demo = populate(world, options, random)
      return demo.slackUsers
    },
    ...(options.logPath === undefined ? {} : { logPath: options.logPath }),
    ...(options.detectLeaks === undefined ? {} : { detectLeaks: options.detectLeaks }),
  })
  if (demo === undefined) throw new Error('the sandbox was not populated')
  if (demo.bouncing !== undefined) {
    sandbox.ses.returning.set(demo.bouncing, { how: 'bounce', afterMs: minuteMs })
  }
  deployed = await deployments(options, demo.managers)
  const reader = new Reader({ messages: sandbox.slack.messages, mails: sandbox.ses.mails })
  const owners = new Owners(sandbox.world, sandbox.awsUrl, reader, demo.inhabitants)
  const trouble = new Trouble(sandbox, demo, options.days)
  const changes = new Changes(sandbox.world, demo, options.days)
  for (let day = 1; day <= options.days; day += 1) {
    today = day
    changes.begin(day)
    await trouble.begin(day)
    await playDay(sandbox, day)
    if (day === 1) await exemptBreakGlass(sandbox, demo, options.days)
    trouble.end()
    reader.read()
    await owners.liveOneDay()
    if (isFriday(sandbox.clock.now())) await lastSweep(sandbox, day)
    options.onDay?.(day)
  }
  const organization = inForce(deployed, options.days)
  return {
    sandbox,
    demo,
    reader,
    organization,
    changes: allChanges(changes.made, deployed, options),
  }
}

/** What people changed and what operators deployed, as far as the demo went. */
const allChanges = (
  made: readonly Change[],
  deployed: Deployments,
  { days }: StoryOptions,
): readonly Change[] =>
  [
    ...made,
    ...deployed.flatMap(({ fromDay, what }) =>
      what === undefined || fromDay > days ? [] : [{ day: fromDay, what }],
    ),
  ].toSorted((a, b) => a.day - b.day)

/** The schedules of one day, in hours after midnight UTC. A deployed sweeper runs more often. */
const scanAt = scheduleRules.planner.hour
const sweepsAt = [9] as const
const digestAt = scheduleRules.digest.hour
const eveningAt = 20
const lastSweepAt = 23.95

async function playDay(sandbox: Sandbox, day: number): Promise<void> {
  const midnight = startAt + (day - 1) * dayMs
  const at = (hour: number): void => {
    // A handler that waits moves the clock, so it can be later than this hour already.
    sandbox.clock.set(Math.max(sandbox.clock.now(), midnight + hour * hourMs))
  }
  at(scanAt)
  await sandbox.schedule.plan()
  await sandbox.drain()
  for (const hour of sweepsAt) {
    at(hour)
    await sandbox.schedule.sweep()
    await sandbox.drain()
  }
  at(digestAt)
  await sandbox.schedule.digest()
  at(eveningAt)
}

const isFriday = (at: number): boolean => new Date(at).getUTCDay() === 5

/** Runs the sweeper in the weekly purge's window, late on Friday night. */
async function lastSweep(sandbox: Sandbox, day: number): Promise<void> {
  const at = startAt + (day - 1) * dayMs + lastSweepAt * hourMs
  sandbox.clock.set(Math.max(sandbox.clock.now(), at))
  await sandbox.schedule.sweep()
  await sandbox.drain()
}

/** Exempts the break-glass keys until a date after the end of the simulation. */
async function exemptBreakGlass(
  sandbox: Sandbox,
  demo: DemoOrganization,
  days: number,
): Promise<void> {
  const until = plusDays(epochMs(sandbox.clock.now()), Math.ceil(days * 1.5))
  for (const inhabitant of demo.inhabitants) {
    if (inhabitant.persona !== 'break-glass') continue
    for (const key of sandbox.world.user(inhabitant.accountId, inhabitant.userName).keys) {
      await exempt(sandbox.ports, key.id, until)
    }
  }
}
