import { describe, expect, it } from 'vitest'
import { readPolicy } from './document.ts'
import { evaluate } from './evaluate.ts'

const ANN = 'arn:aws:iam::333333333333:user/team/ann'

interface Asked {
  readonly action?: string
  readonly resource?: string
  readonly context?: Readonly<Record<string, string>>
}

const ask = (
  statements: readonly object[],
  { action = 'iam:ListAccessKeys', resource = ANN, context = {} }: Asked = {},
) =>
  evaluate([readPolicy({ Version: '2012-10-17', Statement: statements })], {
    action,
    resource,
    context: new Map(Object.entries(context).map(([key, value]) => [key, [value]])),
  })

const allow = (more: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })
const when = (Condition: object) => [allow({ Condition })]

describe('statements', () => {
  it.each([
    ['iam:ListAccessKeys', ANN, 'allow'],
    ['IAM:list*', '*', 'allow'],
    ['iam:List?ccessKeys', 'arn:aws:iam::*:user/*', 'allow'],
    ['iam:ListAccessKeysX', '*', 'silent'],
    ['iam:*', 'arn:aws:iam::333333333333:user/team/ANN', 'silent'],
    ['iam:*', 'arn:aws:iam::333333333333:user/team/an', 'silent'],
    ['iam:*', 'arn:aws:iam::333333333333:user/${aws:username}', 'silent'],
    ['iam:*', 'arn:aws:iam::333333333333:user/team/${aws:username}', 'allow'],
  ])('%s on %s: %s', (Action, Resource, verdict) => {
    const context = { 'aws:username': 'ann' }
    expect(ask([allow({ Action, Resource })], { context })).toBe(verdict)
  })

  it('deny before they allow, in any order', () => {
    const deny = { Effect: 'Deny', Action: 'iam:*', Resource: ANN }
    expect(ask([allow({}), deny])).toBe('deny')
    expect(ask([deny, allow({})])).toBe('deny')
    expect(ask([allow({}), { ...deny, Resource: `${ANN}a` }])).toBe('allow')
  })

  it('do not apply to the actions of NotAction and the resources of NotResource', () => {
    const notAction = { Effect: 'Allow', NotAction: 'iam:List*', Resource: '*' }
    expect(ask([notAction])).toBe('silent')
    expect(ask([notAction], { action: 'iam:TagUser' })).toBe('allow')
    const notResource = { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:iam::*:user/team/*' }
    expect(ask([allow({}), notResource])).toBe('allow')
    expect(ask([allow({}), notResource], { resource: '*' })).toBe('deny')
  })
})

describe('conditions', () => {
  it.each([
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, { 'aws:principalorgid': 'o-1' }, true],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, { 'aws:principalorgid': 'o-2' }, false],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, {}, false],
    [{ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } }, {}, true],
    [{ StringNotEquals: { 'sts:ExternalId': ['a', 'b'] } }, { 'sts:externalid': 'c' }, true],
    [{ StringNotEquals: { 'sts:ExternalId': ['a', 'b'] } }, { 'sts:externalid': 'b' }, false],
    [{ StringNotEquals: { 'sts:ExternalId': 'a' } }, {}, true],
    [{ StringLike: { 'sts:RoleSessionName': 'kn-*' } }, { 'sts:rolesessionname': 'kn-1' }, true],
    [
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' } },
      { 'aws:principalarn': ANN },
      true,
    ],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:*' } }, { 'aws:principalarn': ANN }, false],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, { 'aws:securetransport': 'true' }, true],
    [{ Bool: { 'aws:SecureTransport': true } }, {}, false],
    [{ Null: { 'aws:username': 'true' } }, {}, true],
    [{ Null: { 'aws:username': false } }, {}, false],
  ])('%j with %j: %s', (condition, context, holds) => {
    expect(ask(when(condition), { context })).toBe(holds ? 'allow' : 'silent')
  })

  it('are refused if this model cannot evaluate them', () => {
    expect(() => ask(when({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }))).toThrow('operator')
  })
})
