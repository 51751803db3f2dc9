import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  dayMs,
  epochMs,
  everyItem,
  hourMs,
  scheduleRules,
  isOpen,
  parseConfig,
  queueNames,
  type AccessKeyId,
  type Entry,
  type FactRecord,
  type Ledger,
  type OrganizationInput,
} from '@keynag/core'
import type { InvariantId } from '@keynag/core/invariants'
import { Reader } from '@keynag/sandbox/demo/reader'
import { startEmulators, type Emulators } from '@keynag/sandbox/emulators'
import { demoInvariants, violationsIn, type Violation } from '@keynag/sandbox/invariants'
import { seededRandom } from '@keynag/core/seeded-random'
import { externalId, hubAccountId, installRoles } from '@keynag/sandbox/roles'
import { sandboxPorts } from '@keynag/sandbox/sandbox-ports'
import { Killer } from './killer.ts'
import { People } from './people.ts'
import type { Schedule } from './protocol.ts'
import { Workers } from './workers.ts'

export interface KillTestOptions {
  readonly kills: number
  readonly seed: number
  readonly onKill?: (kills: number) => void
}

export interface KillTestReport {
  readonly kills: number
  /** Simulated days. */
  readonly days: number
  /** Calls that reached the simulated AWS and Slack. */
  readonly calls: number
  readonly keys: number
  readonly rotations: {
    readonly opened: number
    readonly issued: number
    readonly deleted: number
    readonly held: number
  }
  readonly deadLetters: number
  readonly violations: readonly Violation[]
  readonly seconds: number
}

const startAt = Date.UTC(2026, 0, 5)
const memberId = '333333333333'
const newKeysADay = 4
/** Long enough to delete a key that became stale on the last day, with all waiting times. */
const settlingDays = 6

/** A policy with short graces, so that a whole rotation takes only a few days. */
const organization = {
  contacts: { domains: ['example.com'] },
  memberRoles: { externalId },
  mail: { from: 'keynag@example.com' },
  security: { channel: '#security', email: 'security@example.com' },
  administrators: ['platform@example.com'],
  policies: [
    {
      name: 'standard',
      mode: 'enforce',
      staleAtDay: 90,
      nag: { everyDays: 1 },
      caps: { perDay: 1_000, perAccountPerDay: 1_000, shareOfEstatePerDay: 1 },
      enforce: {
        kind: 'rotate',
        atDay: 90,
        installationGraceDays: 1,
        recoveryGraceDays: 1,
        retentionDays: 2,
        inUseDays: 0.5,
      },
    },
  ],
} as const satisfies OrganizationInput

/** The schedules of a day, in hours after midnight UTC. A deployed sweeper runs every five minutes. */
const schedules: readonly (readonly [number, Schedule])[] = [
  [scheduleRules.planner.hour, 'plan'],
  ...[5.15, 5.4, 6, 7.5, 10, 14, 20].map((hour) => [hour, 'sweep'] as const),
]

/**
 * Runs keynag's functions over real HTTP in a process that is killed with SIGKILL at random points.
 * Each killed process is replaced, until as many have died as were asked for. The last one may
 * finish all work, and then the invariants are checked. The points are seeded, but they also depend
 * on the machine's timing, so two runs with the same seed can differ.
 */
export async function killTest(options: KillTestOptions): Promise<KillTestReport> {
  const startedAt = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'keynag-kill-test-'))
  const random = seededRandom(options.seed)
  const killer = new Killer(random, options.kills)
  const emulators = await startEmulators({
    startAt,
    seed: options.seed,
    calls: killer,
    detectLeaks: true,
    visibilityTimeoutSeconds: 1,
    populate: (world) => {
      world.addAccount({ id: hubAccountId, name: 'security' })
      world.addAccount({ id: memberId, name: 'payments' })
      installRoles(world, memberId)
      return []
    },
  })
  const logPath = join(folder, 'log.jsonl')
  const workers = new Workers({
    clock: emulators.clock,
    begin: { addresses: emulators.addresses, organization, logPath },
    cacheFolder: join(tmpdir(), 'keynag-compile-cache'),
  })
  try {
    const reader = new Reader({ messages: emulators.slack.messages, mails: emulators.ses.mails })
    const people = new People(emulators.world, reader, memberId, random)
    const days = await playUntilSettled({ emulators, workers, killer, people, options })
    const log = await readFile(logPath, 'utf8')
    return {
      kills: killer.kills,
      days,
      calls: killer.total,
      ...(await findings(emulators, reader, log)),
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    }
  } finally {
    await workers.end()
    await emulators.close()
    await rm(folder, { recursive: true })
  }
}

interface Play {
  readonly emulators: Emulators
  readonly workers: Workers
  readonly killer: Killer
  readonly people: People
  readonly options: KillTestOptions
}

async function playUntilSettled(play: Play): Promise<number> {
  const { emulators, killer, people } = play
  const { clock } = emulators
  let day = 0
  let settled = 0
  while (settled < settlingDays) {
    if (!killer.isDone) people.join(newKeysADay)
    else settled += 1
    for (const [hour, schedule] of schedules) {
      clock.set(Math.max(clock.now(), startAt + day * dayMs + hour * hourMs))
      await runThrough(play, schedule)
      people.live()
    }
    day += 1
  }
  // A message that was in flight when a worker died becomes visible after its visibility time-out.
  while (queueNames.some((name) => depthOf(emulators, name) > 0)) {
    await runThrough(play, 'none')
    await pause(100)
  }
  return day
}

/** A failed asynchronous invocation is repeated twice (Lambda Developer Guide, Asynchronous). */
const mostInvocations = 3

async function runThrough(play: Play, schedule: Schedule): Promise<void> {
  const { workers, killer, options } = play
  for (let invocation = 1; ; invocation += 1) {
    killer.arm(() => workers.kill())
    const end = await workers.run(invocation > mostInvocations ? 'none' : schedule)
    killer.disarm()
    if (end === 'idle') return
    killer.died()
    options.onKill?.(killer.kills)
  }
}

const depthOf = ({ sqs, queues }: Emulators, name: (typeof queueNames)[number]): number => {
  const { visible, inFlight, delayed } = sqs.depth(queues[name].name)
  return visible + inFlight + delayed
}

async function findings(emulators: Emulators, reader: Reader, log: string) {
  const { world, slack, ses, sqs, leakDetector } = emulators
  const parsed = parseConfig(organization)
  const { ledger } = sandboxPorts({
    addresses: emulators.addresses,
    organization: () => parsed,
    clock: { now: () => epochMs(world.clock.now()), sleep: () => Promise.resolve() },
    random: () => 0.5,
    uuid: () => '',
  })
  const entries: Entry[] = []
  for await (const entry of everyItem((cursor) => ledger.allEntries(cursor))) entries.push(entry)
  const timelines = new Map<AccessKeyId, readonly FactRecord[]>()
  for (const { accessKeyId } of entries) {
    timelines.set(accessKeyId, await ledger.timeline(accessKeyId))
  }
  const deadLetters = sqs.deadLetters()
  const violations = violationsIn({
    world,
    organization: parsed,
    letters: reader.understood,
    entries,
    timelines,
    writings: [
      { what: 'a Slack message', text: JSON.stringify(slack.messages) },
      { what: 'a mail', text: JSON.stringify(ses.mails) },
      { what: 'a dead letter', text: JSON.stringify(deadLetters) },
      { what: 'the log', text: log },
    ],
  })
  const leaks = leakDetector.leaks.map(({ what, accessKeyIds }) => ({
    invariant: leaked,
    sentence: `the secret of ${accessKeyIds.join(', ')} is in ${what}`,
  }))
  const kinds = [...timelines.values()].flat().map(({ fact }) => fact.kind)
  const count = (kind: FactRecord['fact']['kind']): number =>
    kinds.filter((each) => each === kind).length
  return {
    keys: entries.length,
    rotations: {
      opened: count('rotation-opened'),
      issued: count('replacement-issued'),
      deleted: count('deleted'),
      held: entries.filter(({ hold }) => hold !== undefined).length,
    },
    deadLetters: deadLetters.length,
    violations: [...violations, ...leaks, ...(await unfinished(ledger, entries))],
  }
}

const leaked: InvariantId = 'I2'
const unended: InvariantId = 'I15'

/** The demo's checks, the requests on the wire, and the end of each rotation. */
export const killTestInvariants: ReadonlySet<InvariantId> = new Set([
  ...demoInvariants,
  leaked,
  unended,
])

/** I15: after the last kill, every rotation ends or is held for an operator. */
async function unfinished(
  ledger: Ledger,
  entries: readonly Entry[],
): Promise<readonly Violation[]> {
  const violations: Violation[] = []
  for (const { accessKeyId, accountId, userId, state, hold } of entries) {
    if (hold !== undefined) continue
    const rotation = await ledger.rotation(accountId, userId)
    const isOpened = rotation?.accessKeyId === accessKeyId && isOpen(rotation)
    if (isOpened || state === 'issuing' || state === 'issued' || state === 'deactivated') {
      const phase = isOpened ? `, its rotation in phase ${rotation.phase.kind}` : ''
      violations.push({
        invariant: unended,
        sentence: `${accessKeyId} is still ${state}${phase}`,
      })
    }
  }
  return violations
}
