import { expect, it } from 'vitest'
import { anOwner, aPolicy, aUser } from '../testing/index.ts'
import { audienceOf } from './audience.ts'
import type { PolicyInput } from './policy.ts'

const audience = (nag: PolicyInput['nag'], name = 'standard'): string =>
  audienceOf(aPolicy({ name, ...(nag === undefined ? {} : { nag }) }), anOwner(), aUser())

it('is the same for every key of an owner, whatever personal channels their policies use', () => {
  expect(audience({ via: ['email'] }, 'programs')).toBe(
    audience({ via: ['slack', 'email'] }, 'people'),
  )
})

it('is another one for keys that are posted in a Slack channel', () => {
  const personal = audience({ via: ['email'] })
  expect(audience({ via: ['#keys'] })).not.toBe(personal)
  expect(audience({ via: ['email', '#keys'] })).not.toBe(personal)
  expect(audience({ via: ['#keys'] })).not.toBe(audience({ via: ['#ops'] }))
})
