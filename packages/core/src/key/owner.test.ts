import { describe, expect, it } from 'vitest'
import { UserName } from '../ids.ts'
import { Contacts } from '../policy/organization.ts'
import { anAccount, anAccountId, aUser } from '../testing/index.ts'
import type { IamUser } from './access-key.ts'
import { resolveOwner, type Owner } from './owner.ts'

const contacts = (fields: Partial<Contacts> = {}): Contacts =>
  Contacts.parse({ domains: ['Example.com', 'example.org'], ...fields })
const ownerOf = (user: Partial<IamUser>, fields: Partial<Contacts> = {}): Owner =>
  resolveOwner(aUser(user), anAccount(), contacts(fields))
const everything: Partial<Contacts> = {
  accounts: { [anAccountId()]: 'account@example.com' },
  default: 'default@example.com',
}

describe('an owner', () => {
  it('is the first found of tag, user name, account, default and nobody', () => {
    const userName = UserName.parse('bob@example.com')
    const tags = { owner: 'ann@example.com' }
    expect(ownerOf({ userName, tags }, everything)).toStrictEqual({
      id: 'ann@example.com',
      email: 'ann@example.com',
      source: 'tag',
      evidence: 'tag owner',
    })
    expect(ownerOf({ userName }, everything)).toMatchObject({
      email: 'bob@example.com',
      source: 'user-name',
    })
    expect(ownerOf({}, everything)).toMatchObject({
      email: 'account@example.com',
      source: 'account',
    })
    expect(ownerOf({}, { default: 'default@example.com' })).toMatchObject({
      email: 'default@example.com',
      source: 'default',
    })
    expect(ownerOf({})).toStrictEqual({
      id: aUser().arn,
      source: 'nobody',
      evidence: 'no contact found',
    })
  })

  it('is found by the tags in the order of the configuration, whatever their case', () => {
    const tags = { CONTACT: 'carl@example.com', Owner: 'ann@example.com' }
    expect(ownerOf({ tags })).toMatchObject({ email: 'ann@example.com', evidence: 'tag Owner' })
    const ownerTags = ['contact']
    expect(ownerOf({ tags }, { ownerTags })).toMatchObject({ email: 'carl@example.com' })
  })

  it('is the same for any spelling of the same address', () => {
    expect(ownerOf({ tags: { owner: '  Ann@EXAMPLE.com ' } }).id).toBe('ann@example.com')
  })

  it.each([
    'ann@evil.com',
    'ann@example.com.evil.com',
    'ann@sub.example.com',
    'ann@notexample.com',
    'ann@example.com@evil.com',
    'ann@evil.com,ann@example.com',
    'ann@example.com\r\nBcc: all@evil.com',
    'ann@evil.com\n@example.com',
    '"ann\r\nBcc: x"@example.com',
    'Ann <ann@example.com>',
    'mailto:ann@example.com',
    'ann@ехample.com',
    '@example.com',
    'ann',
    '',
  ])('is not taken from the untrusted tag value %j', (value) => {
    expect(ownerOf({ tags: { owner: value } }, everything).email).toBe('account@example.com')
  })

  it('comes from the next tag if the first has an untrusted value', () => {
    const tags = { owner: 'ann@evil.com', contact: 'carl@example.com' }
    expect(ownerOf({ tags }).email).toBe('carl@example.com')
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
    'is nobody when the user is called %s',
    (name) => {
      expect(ownerOf({ userName: UserName.parse(name) }).source).toBe('nobody')
    },
  )
})

describe('a manager', () => {
  it('is named by a tag, by the user name or by the address of the owner', () => {
    const tags = { owner: 'ann@example.com', manager: 'boss@example.org' }
    expect(ownerOf({ tags }).manager).toBe('boss@example.org')
    const managers = { ann: 'by-name@example.com', 'ann@example.com': 'by-address@example.com' }
    expect(ownerOf({}, { managers }).manager).toBe('by-name@example.com')
    const other = { userName: UserName.parse('x'), tags: { owner: 'ann@example.com' } }
    expect(ownerOf(other, { managers }).manager).toBe('by-address@example.com')
  })

  it('is found whatever the case in which the configuration names a person', () => {
    const managers = { Ann: 'by-name@example.com', 'Bob@Example.com': 'by-address@example.com' }
    expect(ownerOf({}, { managers }).manager).toBe('by-name@example.com')
    const tags = { owner: 'BOB@example.com' }
    const other = { userName: UserName.parse('x'), tags }
    expect(ownerOf(other, { managers }).manager).toBe('by-address@example.com')
  })

  it('is never an outsider, and never the owner', () => {
    expect(ownerOf({ tags: { manager: 'boss@evil.com' } }).manager).toBeUndefined()
    const tags = { owner: 'ann@example.com', manager: 'Ann@example.com' }
    expect(ownerOf({ tags }).manager).toBeUndefined()
  })
})
