import {
  AccessKeyId,
  dayMs,
  everyItem,
  hourMs,
  scheduleRules,
  makeEvent,
  parseConfig,
  type Entry,
  type EventType,
  type EventOf,
  type FactRecord,
  type Organization,
  type OrganizationInput,
  type PolicyInput,
  type QueueName,
} from '@keynag/core'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Ports } from '@keynag/engine'
import { onTestFinished } from 'vitest'
import type { AccessKey, KeyToAdd, UserToAdd, World, WorldOptions } from '@keynag/fake-aws/aws'
import { Reader } from '@keynag/sandbox/demo/reader'
import { violationsIn, type Violation } from '@keynag/sandbox/invariants'
import { configurationSet } from '@keynag/sandbox/resources'
import { externalId, hubAccountId, installRoles } from '@keynag/sandbox/roles'
import { startSandbox } from '@keynag/sandbox/sandbox'
import type { SlackUser } from '@keynag/fake-aws/slack'

export const memberId = '333333333333'
export const otherMemberId = '444444444444'

/** A Monday, two hours before the first scan. */
const startAt = Date.UTC(2026, 0, 5, 3)
const firstDay = Math.floor(startAt / dayMs)
const scanAt = scheduleRules.planner.hour
const sweepsAt = [9, 15] as const

/** A policy that nags from day 90 on and replaces a key after the first reminder. */
export const rotating = {
  name: 'standard',
  mode: 'enforce',
  staleAtDay: 90,
  nag: { everyDays: 7, via: ['slack', 'email'] },
  enforce: {
    kind: 'rotate',
    atDay: 90,
    installationGraceDays: 7,
    recoveryGraceDays: 7,
    retentionDays: 14,
  },
  // With so few keys, the default share would allow only one key per day.
  caps: { shareOfEstatePerDay: 1 },
} as const satisfies PolicyInput

export interface SmallOptions {
  readonly policies?: readonly PolicyInput[]
  readonly settings?: Partial<OrganizationInput>
  readonly world?: Partial<WorldOptions>
  /** Addresses of the people on Slack. All other people can be reached by mail only. */
  readonly onSlack?: readonly string[]
  /** Member accounts with keynag's roles; default one. The hub and management account have none. */
  readonly members?: readonly string[]
  /** Fills the member accounts. */
  readonly populate?: (world: World) => void
  /** Registers the sandbox's `close`; default: `onTestFinished`. Pass `afterAll` in a hook. */
  readonly ends?: (close: () => Promise<void>) => void
}

export type Small = Awaited<ReturnType<typeof smallOrganization>>

/**
 * The organization of most scenarios: a sandbox with a hub and usually one member account, in which
 * a test adds a few users. It closes when the test ends.
 */
export async function smallOrganization(options: SmallOptions = {}) {
  let current = configured(options.policies ?? [rotating], options.settings)
  const sandbox = await startSandbox({
    startAt,
    seed: 1,
    organization: () => current,
    ...(options.world === undefined ? {} : { world: options.world }),
    populate: (world) => {
      world.addAccount({ id: hubAccountId, name: 'security' })
      for (const [index, id] of (options.members ?? [memberId]).entries()) {
        world.addAccount({ id, name: `member-${index + 1}` })
        installRoles(world, id, options.settings?.memberRoles?.handoverKey)
      }
      options.populate?.(world)
      return (options.onSlack ?? []).map(slackUser)
    },
  })
  const { ends = onTestFinished } = options
  ends(sandbox.close)
  const { world, clock, ports, schedule } = sandbox
  const reader = new Reader({ messages: sandbox.slack.messages, mails: sandbox.ses.mails })

  const entry = (key: AccessKey | string): Promise<Entry | undefined> =>
    ports.ledger.entry(idOf(key))
  const timeline = (key: AccessKey | string): Promise<readonly FactRecord[]> =>
    ports.ledger.timeline(idOf(key))

  const scan = async (): Promise<void> => {
    await schedule.plan()
    await sandbox.drain()
  }
  const sweep = async (): Promise<void> => {
    await schedule.sweep()
    await sandbox.drain()
  }
  /** Moves the clock to an hour of the day, unless a waiting handler has moved it past that hour. */
  const until = (midnight: number, hour: number): void =>
    clock.set(Math.max(clock.now(), midnight + hour * hourMs))

  let day = firstDay
  /** Simulates days with a scan in the morning and two sweeps; then `onEvening`. Days count from 0. */
  const live = async (days: number, onEvening?: (day: number) => void): Promise<void> => {
    for (let lived = 0; lived < days; lived += 1) {
      day = Math.max(day, Math.floor(clock.now() / dayMs))
      const midnight = day * dayMs
      until(midnight, scanAt)
      await scan()
      for (const hour of sweepsAt) {
        until(midnight, hour)
        await sweep()
      }
      until(midnight, 20)
      onEvening?.(day - firstDay)
      day += 1
    }
  }

  const send = async <T extends EventType>(
    queue: QueueName,
    type: T,
    data: EventOf<T>['data'],
  ): Promise<void> => {
    const origin = { source: ports.source, now: ports.clock.now(), newId: () => ports.ids.uuid() }
    const event = makeEvent(type, 'a subject', data, origin)
    await sendText(queue, JSON.stringify(event))
  }
  const sendText = async (queue: QueueName, body: string): Promise<void> => {
    const QueueUrl = sandbox.queueUrls[queue]
    await sandbox.sqsClient.send(new SendMessageCommand({ QueueUrl, MessageBody: body }))
  }

  return {
    ...sandbox,
    scan,
    sweep,
    live,
    send,
    sendText,
    entry,
    timeline,
    /** The entry. Throws if the ledger has none. */
    known: async (key: AccessKey | string): Promise<Entry> => {
      const found = await entry(key)
      if (found === undefined) throw new Error(`the ledger holds no key ${idOf(key)}`)
      return found
    },
    /** The kinds of a key's facts, oldest first, without the daily observations. */
    story: async (key: AccessKey | string): Promise<readonly string[]> =>
      (await timeline(key)).map(({ fact }) => fact.kind).filter((kind) => kind !== 'observed'),
    /** The day, counted from 0, on which a fact of this kind was first recorded. */
    dayOf: async (key: AccessKey | string, kind: string): Promise<number | undefined> => {
      const record = (await timeline(key)).find(({ fact }) => fact.kind === kind)
      return record === undefined ? undefined : Math.floor(record.at / dayMs) - firstDay
    },
    entries: () => entriesOf(ports),
    /** The messages that name the key, with recipients and time, oldest first. */
    letters: (key: AccessKey | string) => {
      reader.read()
      return reader.lettersAbout(idOf(key))
    },
    handoverFor: (key: AccessKey | string): string | undefined => {
      reader.read()
      return reader.handoverFor(idOf(key))
    },
    /** The changes of a key in the simulated AWS, by keynag or by anybody. */
    doneBy: (who: 'keynag' | 'anybody', key: AccessKey | string) =>
      world.history
        .ofKey(idOf(key))
        .filter(
          ({ kind, actor }) =>
            kind !== 'key-used' &&
            kind !== 'key-refused' &&
            (who === 'anybody' || actor.kind === 'role-session'),
        ),
    configure: (policies: readonly PolicyInput[], settings?: Partial<OrganizationInput>): void => {
      current = configured(policies, settings)
    },
    violations: async (): Promise<readonly Violation[]> => {
      reader.read()
      const entries = await entriesOf(ports)
      const timelines = new Map<AccessKeyId, readonly FactRecord[]>()
      for (const { accessKeyId } of entries) {
        timelines.set(accessKeyId, await timeline(accessKeyId))
      }
      return violationsIn({
        world,
        organization: current,
        letters: reader.understood,
        entries,
        timelines,
        writings: [
          { what: 'a Slack message', text: JSON.stringify(sandbox.slack.messages) },
          { what: 'a mail', text: JSON.stringify(sandbox.ses.mails) },
          { what: 'a dead letter', text: JSON.stringify(sandbox.sqs.deadLetters()) },
          { what: 'the ledger', text: JSON.stringify([entries, [...timelines]]) },
        ],
      })
    },
  }
}

/** Adds a user with one key of the given age. Its owner is `<name>@example.com` unless tagged. */
export function aUserWithKey(
  world: World,
  userName: string,
  {
    ageDays = 95,
    accountId = memberId,
    user = {},
    key = {},
  }: {
    readonly ageDays?: number
    readonly accountId?: string
    readonly user?: Partial<UserToAdd>
    readonly key?: KeyToAdd
  } = {},
): AccessKey {
  const createdAtMs = world.clock.now() - ageDays * dayMs
  world.addUser(accountId, {
    userName,
    tags: { owner: `${userName}@example.com` },
    createdAtMs: createdAtMs - dayMs,
    ...user,
  })
  return world.addAccessKey(accountId, userName, { createdAtMs, ...key })
}

const idOf = (key: AccessKey | string): AccessKeyId =>
  AccessKeyId.parse(typeof key === 'string' ? key : key.id)

const slackUser = (email: string, index: number): SlackUser => ({
  id: `U${String(index + 1).padStart(8, '0')}`,
  email,
  name: email.slice(0, email.indexOf('@')),
})

const configured = (
  policies: readonly PolicyInput[],
  settings: Partial<OrganizationInput> = {},
): Organization =>
  parseConfig({
    contacts: { domains: ['example.com'] },
    memberRoles: { externalId },
    mail: { from: 'keynag@example.com', configurationSet },
    security: { channel: '#security', email: 'security@example.com' },
    administrators: ['platform@example.com'],
    policies: [...policies],
    ...settings,
  } satisfies OrganizationInput)

async function entriesOf({ ledger }: Pick<Ports, 'ledger'>): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for await (const entry of everyItem((cursor) => ledger.allEntries(cursor))) entries.push(entry)
  return entries
}
