import { beforeAll, describe, expect, it } from 'vitest'
import type { MotoMail } from './moto-mail.ts'
import {
  days,
  escalatedOn,
  installationGraceDays,
  recoveryGraceDays,
  replacedOn,
  retiredOn,
  warnedOn,
  type Person,
  type WholeDays,
} from './whole-days.ts'

const deactivatedOn = replacedOn + installationGraceDays
const deletedOn = deactivatedOn + recoveryGraceDays

/** The simulation takes about one minute, and longer on a busy machine. */
const tenMinutesMs = 600_000

/** One value for each evening. Each change gives the value from its day on. */
const byDay = (...changes: readonly (readonly [from: number, value: string])[]) =>
  Array.from({ length: days }, (_, day) => changes.findLast(([from]) => from <= day)?.[1])

const recipientsOf = (mails: readonly MotoMail[]): readonly string[] =>
  mails.flatMap(({ to }) => to)

/** The results that must follow, both with event source mappings and with `keynag worker`. */
export function wholeDaysContract(name: string, live: () => Promise<WholeDays>): void {
  describe(`${name}, on accounts in moto,`, () => {
    let lived: WholeDays

    beforeAll(async () => {
      lived = await live()
      return () => lived.close()
    }, tenMinutesMs)

    const about = (person: Person, mails = lived.mails): readonly MotoMail[] =>
      mails.filter(({ html }) => html.includes(lived.idOf(person)))

    it('reads every open account every day', async () => {
      const scans = await lived.scans()
      const finished = scans.filter(({ result }) => result.kind === 'finished')
      expect(finished).toHaveLength(days * lived.accountIds.length)
      expect(new Set(finished.map(({ account }) => account.accountId))).toEqual(
        new Set(lived.accountIds),
      )
      const others = scans.filter(({ result }) => result.kind !== 'finished')
      expect(others.map(({ account, result }) => `${account.accountId} ${result.kind}`)).toEqual(
        Array.from({ length: days }, () => `${lived.closedId} skipped`),
      )
    })

    it('reminds the owner first and the manager later', () => {
      expect(lived.mailsOn(warnedOn - 1)).toEqual([])
      expect(recipientsOf(about('ann', lived.mailsOn(warnedOn)))).toEqual(['ann@example.com'])
      expect(recipientsOf(about('ann', lived.mailsOn(escalatedOn)))).toContain('mia@example.com')
      const before = Array.from({ length: escalatedOn }, (_, day) => lived.mailsOn(day)).flat()
      expect(recipientsOf(before)).not.toContain('mia@example.com')
    })

    it('hands over a working replacement, and deletes the secret some time after it was read', () => {
      expect(lived.fetched).toEqual([
        { day: replacedOn, came: lived.annsArn },
        { day: retiredOn - 1, came: lived.annsArn },
        { day: retiredOn, came: 'InvalidRequestException' },
      ])
    })

    it('deactivates the old key after the installation grace, and deletes it after the recovery grace', async () => {
      expect(lived.keysOf('ann')).toEqual(
        byDay(
          [0, 'Active'],
          [replacedOn, 'Active, Active'],
          [deactivatedOn, 'Inactive, Active'],
          [deletedOn, 'gone, Active'],
        ),
      )
      expect(await lived.entryOf('ann')).toMatchObject({ state: 'deleted' })
      expect(await lived.storyOf('ann')).toEqual([
        'found',
        'nagged',
        'nagged',
        'escalated',
        'nagged',
        'rotation-opened',
        'replacement-issued',
        'replacement-delivered',
        'deactivated',
        'deactivation-delivered',
        'secret-retired',
        'deleted',
      ])
    })

    it('holds a key that is still in use, and tells security', async () => {
      expect(lived.keysOf('ben')).toEqual(byDay([0, 'Active'], [replacedOn, 'Active, Active']))
      expect(await lived.entryOf('ben')).toMatchObject({
        state: 'issued',
        hold: { code: 'still-in-use', why: expect.stringContaining('sts') },
      })
      expect(recipientsOf(about('ben', lived.mailsOn(deactivatedOn)))).toContain(
        'security@example.com',
      )
    })

    it('sends an owner who replaced her key herself only that its date is off', async () => {
      expect(await lived.entryOf('olga')).toMatchObject({
        state: 'resolved',
        resolution: 'deleted-by-owner',
      })
      expect(lived.keysOf('olga')).toEqual(
        byDay([0, 'Active'], [4, 'Active, Active'], [5, 'gone, Active']),
      )
      // The day after, keynag tells her that the date it had announced does not stand any more.
      const later = Array.from({ length: days - 7 }, (_, after) => lived.mailsOn(7 + after)).flat()
      expect(recipientsOf(about('olga'))).toContain('olga@example.com')
      expect(recipientsOf(later)).not.toContain('olga@example.com')
    })

    it.each(['yuri', 'ina'] as const)(
      'never mentions %s, and does not change the key',
      async (person) => {
        expect(await lived.entryOf(person)).toBeUndefined()
        expect(recipientsOf(lived.mails)).not.toContain(`${person}@example.com`)
        expect(new Set(lived.keysOf(person))).toEqual(
          new Set([person === 'ina' ? 'Inactive' : 'Active']),
        )
      },
    )

    it('sends no secret in a mail', () => {
      const written = JSON.stringify(lived.mails)
      expect(lived.secretsOfAnn.filter((secret) => written.includes(secret))).toEqual([])
    })

    it('logs no warnings or errors, and leaves no dead letters', async () => {
      expect(lived.keynag.warnings).toEqual([])
      expect(await lived.keynag.deadLetters()).toEqual([])
    })
  })
}
