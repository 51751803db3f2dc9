import { describe, expect, it } from 'vitest'
import { dayMs, type PolicyInput } from '@keynag/core'
import type { AccessKey } from '@keynag/fake-aws/aws'
import { aUserWithKey, memberId, rotating, smallOrganization } from './small-organization.ts'

describe('an operator', () => {
  const atOnce = { ...rotating, enforce: { ...rotating.enforce, atDay: 96 } } satisfies PolicyInput

  it('stops every change of a key with a freeze, and continues by lifting it', async () => {
    let old: AccessKey | undefined
    const small = await smallOrganization({
      policies: [atOnce],
      populate: (world) => {
        old = aUserWithKey(world, 'ann')
      },
    })
    if (old === undefined) throw new Error('there is no key')
    const freeze = (): Promise<void> =>
      small.ports.ledger.setFreeze({ since: small.ports.clock.now(), by: 'olga', why: 'an audit' })
    const thaw = (): Promise<void> => small.ports.ledger.setFreeze(undefined)

    await freeze()
    await small.live(4)
    expect(small.world.user(memberId, 'ann').keysEver).toBe(1)
    expect(await small.known(old)).toMatchObject({ state: 'nagging', nagCount: 1 })
    await thaw()
    await small.sweep()
    await small.live(1)
    expect(await small.known(old)).toMatchObject({ state: 'issued' })

    await freeze()
    await small.live(9)
    expect(small.doneBy('keynag', old)).toEqual([])
    await thaw()
    await small.sweep()
    expect(await small.known(old)).toMatchObject({ state: 'deactivated' })

    await freeze()
    await small.live(9)
    expect(small.doneBy('keynag', old)).toHaveLength(1)
    await thaw()
    await small.sweep()
    expect(await small.known(old)).toMatchObject({ state: 'deleted' })
    expect(await small.violations()).toEqual([])
  })

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
