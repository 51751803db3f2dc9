import { describe, expect, it } from 'vitest'
import { AccountId, dayMs, type FreezeScope, isoDay, type PolicyInput } from '@keynag/core'
import { endFreeze, startFreeze } from '@keynag/engine'
import type { AccessKey } from '@keynag/fake-aws/aws'
import { aUserWithKey, memberId, rotating, smallOrganization } from './small-organization.ts'

describe('an operator', () => {
  const atOnce = { ...rotating, enforce: { ...rotating.enforce, atDay: 96 } } satisfies PolicyInput

  const scopes: readonly FreezeScope[] = [
    { kind: 'all' },
    { kind: 'account', accountId: AccountId.parse(memberId) },
    { kind: 'policy', policy: rotating.name },
  ]
  it.each(scopes)(
    'stops every change of a key with a freeze of $kind, and people learn that their dates move',
    async (scope) => {
      let old: AccessKey | undefined
      const small = await smallOrganization({
        policies: [atOnce],
        populate: (world) => {
          old = aUserWithKey(world, 'ann')
        },
      })
      if (old === undefined) throw new Error('there is no key')
      const key = old
      const freeze = () => startFreeze(small.ports, scope, { by: 'olga', why: 'an audit' })
      const thaw = () => endFreeze(small.ports, scope, { by: 'otto', why: 'it is over' })
      const moved = () => small.letters(key).filter(({ text }) => text.includes('A date has moved'))
      /** Ends the freeze. keynag then keeps to the date that Ann read last, and is not late. */
      const thawUntil = async (state: 'issued' | 'deactivated' | 'deleted'): Promise<void> => {
        const { shown } = await small.known(key)
        await thaw()
        for (let day = 0; (await small.known(key)).state !== state; day += 1) {
          expect(day).toBeLessThan(3)
          await small.live(1)
        }
        expect((await small.known(key)).changedAt).toBeGreaterThan(shown?.calledOff?.movedTo ?? NaN)
      }

      await freeze()
      await small.live(4)
      expect(small.world.user(memberId, 'ann').keysEver).toBe(1)
      expect(await small.known(key)).toMatchObject({ state: 'nagging', nagCount: 1 })
      expect(moved()).toHaveLength(1)
      await thawUntil('issued')

      await freeze()
      await small.live(10)
      expect(small.doneBy('keynag', key)).toEqual([])
      expect(moved()).toHaveLength(2)
      await thawUntil('deactivated')

      await freeze()
      await small.live(10)
      expect(small.doneBy('keynag', key)).toHaveLength(1)
      expect(moved()).toHaveLength(3)
      await thawUntil('deleted')

      const putOff = (await small.timeline(key)).filter(({ fact }) => fact.kind === 'postponed')
      const days = putOff.map(({ at }) => isoDay(at))
      expect(days).toEqual([...new Set(days)])
      expect(await small.violations()).toEqual([])
    },
  )

  it('can run a policy dry for sixty days, which sends nothing and changes nothing', async () => {
    let old: AccessKey | undefined
    const small = await smallOrganization({
      policies: [{ ...rotating, mode: 'dry-run' }],
      onSlack: ['ann@example.com'],
      populate: (world) => {
        old = aUserWithKey(world, 'ann', { ageDays: 80 })
      },
    })
    if (old === undefined) throw new Error('there is no key')
    for (let day = 0; day < 60; day += 3) {
      await small.live(1)
      small.clock.advance(2 * dayMs)
    }
    expect(await small.story(old)).toEqual(['found'])
    expect(small.slack.messages).toEqual([])
    expect(small.ses.mails).toEqual([])
    expect(small.doneBy('anybody', old)).toEqual([])
    expect(small.world.history.of('secret-created')).toEqual([])
    const assumed = small.world.history.of('role-assumed').map(({ roleArn }) => roleArn)
    expect([...new Set(assumed)]).toEqual([`arn:aws:iam::${memberId}:role/keynag-reader`])
  })
})
