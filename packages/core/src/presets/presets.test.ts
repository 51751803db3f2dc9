import { describe, expect, it } from 'vitest'
import type { KeyStatus } from '../key/access-key.ts'
import { decide, schedule, type Decision } from '../key/decide.ts'
import type { Entry } from '../key/entry.ts'
import { evolve, openEntry } from '../key/evolve.ts'
import type { Fact } from '../key/fact.ts'
import { forecast } from '../key/forecast.ts'
import { announcementOf } from '../key/key-card.ts'
import { parseConfig } from '../policy/define-config.ts'
import { policyFor } from '../policy/match-policy.ts'
import { Policy } from '../policy/policy.ts'
import { anAccount, anObservedKey, aRotationId, aSighting, at, aUser } from '../testing/index.ts'
import { aNoticeId } from '../testing/ids.ts'
import { daysBetween, dayMs, isoTime, plusDays, plusMs, type EpochMs } from '../time.ts'
import { presetNamed, presets, type PresetName, type PresetOverrides } from './presets.ts'

/** Thursday, 1 January 2026, 09:00. */
const born = at('2026-01-01T09:00:00Z')
const delivery = { channel: 'slack', to: 'ann@example.com', messageId: 'm-1' }

const armed = (name: PresetName, overrides: PresetOverrides = {}): Policy =>
  Policy.parse(presetNamed(name, { mode: 'enforce', ...overrides }))

interface Happening {
  readonly at: EpochMs
  readonly day: number
  readonly what: string
}

/**
 * A year of one key, day by day. The scan at nine finds the key once it is old enough. Each step
 * happens when it is due. Every message is delivered (unless `undelivered`), and nobody acts.
 */
function yearOf(
  policy: Policy,
  world: { status?: KeyStatus; undelivered?: boolean } = {},
): readonly Happening[] {
  const happenings: Happening[] = []
  const key = anObservedKey({ createdAt: born, status: world.status ?? 'Active' })
  let entry: Entry | undefined
  const policies = [policy]
  for (let day = 0; day < 365; day += 1) {
    const scanAt = plusDays(born, day)
    if (entry === undefined && day >= (policy.warnFromDay ?? policy.staleAtDay)) {
      const sighting = aSighting({ policy: policy.name, status: key.status })
      const fact = { kind: 'found', sighting, rule: 'scan' } as const
      entry = schedule(openEntry(key, fact, scanAt), policies, scanAt)
    }
    while (entry?.dueAt !== undefined && entry.dueAt < plusDays(scanAt, 1)) {
      const now: EpochMs = entry.dueAt
      const decision = decide(entry, policies, now)
      if (decision.kind === 'wait') throw new Error(`due, but waits: ${decision.rule}`)
      const { what, facts } = outcome(entry, decision, policy, now, world.undelivered ?? false)
      happenings.push({ at: now, day: daysBetween(born, now), what })
      for (const fact of facts) entry = evolve(entry, fact, now)
      entry = schedule(entry, policies, now)
    }
  }
  return happenings
}

function outcome(
  entry: Entry,
  decision: Exclude<Decision, { kind: 'wait' }>,
  policy: Policy,
  now: EpochMs,
  undelivered: boolean,
): { what: string; facts: readonly Fact[] } {
  const [noticeId, rotationId, rule] = [aNoticeId(), aRotationId(), 'walk']
  switch (decision.kind) {
    case 'hold': {
      const { code, why } = decision
      return { what: `hold ${code}`, facts: [{ kind: 'held', code, why }] }
    }
    case 'escalate': {
      const { level, rung } = decision
      const fact = { kind: 'escalated', noticeId, level, to: rung.to, rule } as const
      return { what: `tell ${rung.to}`, facts: [fact] }
    }
    case 'nag': {
      if (undelivered) {
        const fact = { kind: 'nag-undelivered', noticeId, why: 'bounced' } as const
        return { what: 'undelivered', facts: [fact] }
      }
      const announcement = announcementOf(entry, [policy], now)
      return { what: 'nag', facts: [{ kind: 'nagged', noticeId, delivery, ...announcement, rule }] }
    }
    case 'call-off': {
      const { deed, date, rule: why } = decision
      const fact = { kind: 'called-off', noticeId, deed, date, why } as const
      return { what: `call off ${deed}`, facts: [fact] }
    }
    case 'enforce':
      break
    default:
      return decision satisfies never
  }
  switch (decision.step) {
    case 'rotate': {
      if (entry.state !== 'issuing') {
        return { what: 'rotate', facts: [{ kind: 'rotation-opened', rotationId, rule }] }
      }
      const issued = {
        kind: 'replacement-issued',
        rotationId,
        replacementKeyId: entry.accessKeyId,
        secretArn: 'arn:s',
        retireAt: plusDays(now, 30),
      } as const
      return {
        what: 'issue',
        facts: [issued, { kind: 'replacement-delivered', noticeId, delivery }],
      }
    }
    case 'deactivate':
      return {
        what: 'deactivate',
        facts: [{ kind: 'deactivated', rotationId, rule }, toldOfDeactivation(policy, now)],
      }
    case 'delete':
      return { what: 'delete', facts: [{ kind: 'deleted', rotationId, rule }] }
    case 'tell':
      return {
        what: 'tell',
        facts: [{ kind: 'replacement-delivered', noticeId, delivery }],
      }
    case 'abandon':
      return { what: 'abandon', facts: [{ kind: 'rotation-abandoned', rotationId, why: rule }] }
    case 'settle':
      return { what: 'settle', facts: [{ kind: 'postponed', until: now, why: rule }] }
    case 'retire-secret':
      return { what: 'retire-secret', facts: [{ kind: 'secret-retired', why: rule }] }
    default:
      return decision.step satisfies never
  }
}

function toldOfDeactivation({ enforce }: Policy, now: EpochMs): Fact {
  const graceDays = 'recoveryGraceDays' in enforce ? enforce.recoveryGraceDays : undefined
  const deletesAt = graceDays === undefined ? {} : { deletesAt: plusDays(now, graceDays) }
  return { kind: 'deactivation-delivered', noticeId: aNoticeId(), delivery, ...deletesAt }
}

const daysOf = (year: readonly Happening[], what: string): number[] =>
  year.filter((happening) => happening.what === what).map(({ day }) => day)
const briefly = (year: readonly Happening[]): string[] =>
  year.map(({ day, what }) => `${day} ${what}`)
const every = (first: number, step: number): number[] =>
  Array.from({ length: Math.ceil((365 - first) / step) }, (_, index) => first + index * step)

const names: readonly PresetName[] = [
  'gentle-nag',
  'email-reminder',
  'warn-then-rotate',
  'cis-rotation',
  'weekly-purge',
]

describe('a year of gentle-nag', () => {
  const policy = armed('gentle-nag')

  it.each(['Active', 'Inactive', 'Expired'] as const)(
    'nags every day from day 90 on about a key that is %s, and does nothing else',
    (status) => {
      const year = yearOf(policy, { status })
      expect(daysOf(year, 'nag')).toStrictEqual(every(90, 1))
      expect(year.filter(({ what }) => what !== 'nag')).toStrictEqual([])
    },
  )

  it('posts to one Slack channel for the whole organisation', () => {
    expect(policy).toMatchObject({
      match: {},
      keys: 'all',
      nag: { via: ['#access-keys'], oneMessagePer: 'policy', everyDays: 1 },
      enforce: { kind: 'none' },
    })
  })

  it('continues when messages are not delivered, and holds nothing', () => {
    const year = yearOf(policy, { undelivered: true })
    expect(daysOf(year, 'undelivered')).toStrictEqual(every(90, 1))
  })
})

describe('a year of email-reminder', () => {
  it.each([7, 14, 30])('mails every %i days from day 90 on, and does nothing else', (everyDays) => {
    const year = yearOf(armed('email-reminder', { nag: { everyDays } }))
    expect(daysOf(year, 'nag')).toStrictEqual(every(90, everyDays))
    expect(year.filter(({ what }) => what !== 'nag')).toStrictEqual([])
  })

  it('sends one mail per IAM user, for Active keys of people with a console login', () => {
    const policy = armed('email-reminder')
    expect(policy).toMatchObject({
      keys: 'active',
      nag: { via: ['email'], oneMessagePer: 'user' },
    })
    const find = (hasConsole: boolean) => policyFor([policy], aUser({ hasConsole }), anAccount())
    expect(find(true)).toBe(policy)
    expect(find(false)).toBeUndefined()
  })
})

describe('a year of warn-then-rotate', () => {
  it('mails from day 80, replaces at 90, deactivates a week later and deletes after 60 more days', () => {
    expect(briefly(yearOf(armed('warn-then-rotate')))).toStrictEqual([
      '80 nag',
      '85 nag',
      '90 rotate',
      '90 issue',
      '97 deactivate',
      '120 retire-secret',
      '157 delete',
    ])
  })

  it('sends mails only', () => {
    expect(armed('warn-then-rotate').nag.via).toStrictEqual(['email'])
  })

  it('holds the key when no mail is delivered, and changes nothing', () => {
    expect(briefly(yearOf(armed('warn-then-rotate'), { undelivered: true }))).toStrictEqual([
      '80 undelivered',
      '85 undelivered',
      '90 undelivered',
      '90 hold owner-unreachable',
    ])
  })

  it('only nags about a key that is not Active', () => {
    const year = yearOf(armed('warn-then-rotate'), { status: 'Inactive' })
    expect(new Set(year.map(({ what }) => what))).toStrictEqual(new Set(['nag']))
  })
})

describe('a year of cis-rotation', () => {
  it('replaces at 90, deactivates 7 days after, deletes 7 days after the deactivation', () => {
    expect(briefly(yearOf(armed('cis-rotation')))).toStrictEqual([
      '83 nag',
      '90 rotate',
      '90 issue',
      '97 deactivate',
      '104 delete',
      '120 retire-secret',
    ])
  })

  it('only warns in mode notify', () => {
    const year = yearOf(armed('cis-rotation', { mode: 'notify' }))
    expect(daysOf(year, 'nag')).toStrictEqual(every(83, 7))
    expect(year.filter(({ what }) => what !== 'nag')).toStrictEqual([])
  })
})

describe('a year of weekly-purge', () => {
  it('warns at once and deletes on the first Friday night a day or more after', () => {
    const year = yearOf(armed('weekly-purge'))
    expect(year.map(({ at, what }) => `${isoTime(at)} ${what}`)).toStrictEqual([
      '2026-01-01T09:00:00Z nag',
      '2026-01-02T22:00:00Z deactivate',
      '2026-01-02T22:00:00Z delete',
    ])
  })

  it('waits for the next Friday when the grace is not over', () => {
    const grace = armed('weekly-purge', { enforce: { installationGraceDays: 2 } })
    expect(yearOf(grace).map(({ at, what }) => `${isoTime(at)} ${what}`)).toStrictEqual([
      '2026-01-01T09:00:00Z nag',
      '2026-01-08T09:00:00Z nag',
      '2026-01-09T22:00:00Z deactivate',
      '2026-01-09T22:00:00Z delete',
    ])
  })

  it('uses the time zone of its window', () => {
    const berlin = armed('weekly-purge', { enforce: { window: { timeZone: 'Europe/Berlin' } } })
    expect(yearOf(berlin).map(({ at, what }) => `${isoTime(at)} ${what}`)).toStrictEqual([
      '2026-01-01T09:00:00Z nag',
      '2026-01-02T21:00:00Z deactivate',
      '2026-01-02T21:00:00Z delete',
    ])
  })

  it('covers keys of any age, used or not, of members of the named groups', () => {
    const policy = armed('weekly-purge', { match: { groups: ['developers'] } })
    const find = (groups: string[]) => policyFor([policy], aUser({ groups }), anAccount())
    expect(find(['developers'])).toBe(policy)
    expect(find(['machines'])).toBeUndefined()
    expect(policy).toMatchObject({ staleAtDay: 0, enforce: { whenInUse: 'proceed' } })
  })
})

describe('every preset', () => {
  it.each(names)('%s is in dry run until it is armed: nothing happens in a year', (name) => {
    const policy = Policy.parse(presetNamed(name))
    expect(policy.mode).toBe('dry-run')
    expect(yearOf(policy)).toStrictEqual([])
  })

  it.each(names)('%s happens as the forecast says', (name) => {
    const policy = armed(name)
    const found = plusDays(born, policy.warnFromDay ?? policy.staleAtDay)
    const key = anObservedKey({ createdAt: born })
    const fact = {
      kind: 'found',
      sighting: aSighting({ policy: policy.name }),
      rule: 'scan',
    } as const
    const entry = openEntry(key, fact, found)
    const end = plusMs(plusDays(born, 365), -1)
    const planned = forecast([entry], [policy], found, (end - found) / dayMs)
    expect(planned.map(({ at, what }) => ({ at, what }))).toStrictEqual(
      yearOf(policy).map(({ at, what }) => ({ at, what })),
    )
  })

  it('is registered under its own name', () => {
    expect(Object.keys(presets)).toStrictEqual(names)
    for (const name of names) expect(presetNamed(name).name).toBe(name)
  })

  it("accepts an organisation's changes to single fields", () => {
    const input = presetNamed('cis-rotation', {
      name: 'ci-keys',
      match: { paths: ['/ci/'] },
      nag: { everyDays: 3 },
      enforce: { installationGraceDays: 14, window: { notOn: ['2026-12-25'] } },
    })
    expect(Policy.parse(input)).toMatchObject({
      name: 'ci-keys',
      match: { paths: ['/ci/'] },
      nag: { everyDays: 3, via: ['slack', 'email'] },
      enforce: {
        kind: 'rotate',
        atDay: 90,
        installationGraceDays: 14,
        window: { from: '00:00', notOn: ['2026-12-25'] },
      },
    })
  })

  it('is refused with a change that does not fit', () => {
    for (const name of ['cis', 'constructor']) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file without types can do this
      expect(() => presetNamed(name as PresetName)).toThrow(
        expect.objectContaining({
          code: 'KEYNAG_CONFIG_INVALID',
          message: expect.stringContaining(`no preset "${name}"; the presets are gentle-nag, `),
        }),
      )
    }
    expect(() => presetNamed('gentle-nag', { enforce: { atDay: 1 } })).toThrow(/enforces nothing/)
    const config = {
      contacts: { domains: ['example.com'] },
      mail: { from: 'keynag@example.com' },
      security: { channel: '#security', email: 'security@example.com' },
      administrators: ['admin@example.com'],
      policies: [presetNamed('weekly-purge', { enforce: { recoveryGraceDays: -1 } })],
    }
    expect(() => parseConfig(config)).toThrow(/policies\[0\]\.enforce\.recoveryGraceDays/)
  })
})
