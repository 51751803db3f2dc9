import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { UserName } from '../ids.ts'
import { anAccount, anAccountId, aPolicy, aUser } from '../testing/index.ts'
import { likeName } from '../iam-names.ts'
import { isProtected, policyFor } from './match-policy.ts'
import type { Match } from './policy.ts'

const user = aUser({
  path: '/ci/deploy/',
  groups: ['interactive-users'],
  tags: { team: 'payments', empty: '' },
  hasConsole: true,
})
const account = anAccount({ organizationalUnits: ['r-root', 'ou-root-workloads'] })

const fits = (match: Match): boolean => policyFor([aPolicy({ match })], user, account) !== undefined

describe('a match', () => {
  it.each<Match>([
    {},
    { accounts: [anAccountId()] },
    { organizationalUnits: ['r-root'] },
    { organizationalUnits: ['ou-x', 'ou-root-workloads'] },
    { paths: ['/ci/'] },
    { userNames: ['a*'] },
    { groups: ['x', 'interactive-users'] },
    { tags: { team: ['payments', 'x'] } },
    { tags: { team: ['*'], empty: ['*'] } },
    // IAM does not distinguish these by case.
    { userNames: ['A*'] },
    { groups: ['Interactive-Users'] },
    { tags: { Team: ['payments'] } },
    { console: true },
    { paths: ['/ci/'], console: true, groups: ['interactive-users'] },
  ])('fits by %j', (match) => {
    expect(fits(match)).toBe(true)
  })

  it.each<Match>([
    { accounts: [anAccountId(2)] },
    { accounts: [] },
    { organizationalUnits: ['ou-root'] },
    { paths: ['/deploy/'] },
    { paths: ['/CI/'] },
    { userNames: ['nn'] },
    { groups: ['interactive'] },
    { tags: { team: ['payment'] } },
    { tags: { team: ['Payments'] } },
    { tags: { constructor: ['*'] } },
    { console: false },
    { paths: ['/ci/'], console: false },
  ])('does not fit by %j', (match) => {
    expect(fits(match)).toBe(false)
  })

  it('is tried in the order of the policies', () => {
    const [first, second, third] = [
      aPolicy({ name: 'a', match: { console: false } }),
      aPolicy({ name: 'b' }),
      aPolicy({ name: 'c' }),
    ]
    expect(policyFor([first, second, third], user, account)).toBe(second)
    expect(policyFor([first], user, account)).toBeUndefined()
  })
})

const text = (...letters: string[]) =>
  fc.array(fc.constantFrom(...letters), { maxLength: 8 }).map((parts) => parts.join(''))

describe('a pattern for names', () => {
  it.each([
    ['ann', 'ann'],
    ['*', 'ann'],
    ['*', ''],
    ['a*', 'a'],
    ['*n', 'ann'],
    ['a*n', 'an'],
    ['a**n', 'ann'],
    ['*n*', 'ann'],
    ['svc-*-prod', 'svc-a-prod-prod'],
    ['a.b+c', 'a.b+c'],
    ['*aa', 'aaa'],
    ['ann', 'Ann'],
    ['SVC-*', 'svc-a'],
  ])('%s fits %s', (pattern, name) => {
    expect(likeName(pattern, name)).toBe(true)
  })

  it.each([
    ['ann', 'anna'],
    ['a.b', 'axb'],
    ['', 'ann'],
    ['a*a', 'a'],
    ['ab*ba', 'aba'],
    ['*x*', 'ann'],
    ['[a-z]*', 'ann'],
    ['a*b*c', 'acb'],
  ])('%s does not fit %s', (pattern, name) => {
    expect(likeName(pattern, name)).toBe(false)
  })

  it('means the same as the plain recursive definition', () => {
    const slow = (pattern: string, name: string): boolean => {
      if (pattern === '') return name === ''
      if (pattern.startsWith('*')) {
        return slow(pattern.slice(1), name) || (name !== '' && slow(pattern, name.slice(1)))
      }
      return name.startsWith(pattern.charAt(0)) && slow(pattern.slice(1), name.slice(1))
    }
    const property = fc.property(
      text('a', 'b', '*'),
      text('a', 'b'),
      (pattern, name) => likeName(pattern, name) === slow(pattern, name),
    )
    expect(fc.defaultReportMessage(fc.check(property, { numRuns: 3_000 }))).toBeUndefined()
  })

  it('is fast for any pattern', () => {
    const name = 'a'.repeat(64)
    const started = performance.now()
    for (let n = 0; n < 1_000; n += 1) likeName(`${'*a'.repeat(30)}*b`, name)
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})

describe('protection', () => {
  const kept = { protected: { paths: ['/break-glass/'], userNames: ['*-root'] } }

  it('applies by path or by name', () => {
    expect(isProtected({ path: '/break-glass/', userName: 'x' }, kept)).toBe(true)
    expect(isProtected({ path: '/', userName: UserName.parse('aws-root') }, kept)).toBe(true)
    expect(isProtected({ path: '/glass/', userName: 'rooted' }, kept)).toBe(false)
  })

  it('applies to a name in any case, and to a path as it is written', () => {
    expect(isProtected({ path: '/', userName: 'AWS-Root' }, kept)).toBe(true)
    expect(isProtected({ path: '/Break-Glass/', userName: 'x' }, kept)).toBe(false)
  })
})
