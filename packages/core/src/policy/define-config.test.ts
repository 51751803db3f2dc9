import { describe, expect, it } from 'vitest'
import { KeynagError } from '../errors.ts'
import { parseConfig } from './define-config.ts'

const good = {
  contacts: { domains: ['example.com'] },
  mail: { from: 'keynag@example.com' },
  security: { channel: '#security', email: 'security@example.com' },
  administrators: ['admin@example.com'],
  policies: [{ name: 'standard' }],
}

const withPolicy = (policy: object) => ({ ...good, policies: [{ name: 'standard', ...policy }] })

function errorOf(input: unknown): KeynagError {
  try {
    parseConfig(input)
  } catch (error) {
    if (error instanceof KeynagError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('a configuration', () => {
  it('has safe defaults', () => {
    const [policy] = parseConfig(good).policies
    expect(policy).toMatchObject({
      mode: 'dry-run',
      keys: 'active',
      staleAtDay: 90,
      enforce: { kind: 'none' },
      caps: { perDay: 50, perAccountPerDay: 10, shareOfEstatePerDay: 0.05 },
    })
    const [armed] = parseConfig(withPolicy({ enforce: { kind: 'rotate', atDay: 90 } })).policies
    expect(armed).toMatchObject({
      mode: 'dry-run',
      enforce: { whenInUse: 'hold', installationGraceDays: 7, recoveryGraceDays: 7 },
    })
  })

  it.each([
    [{}, 'contacts: is missing; it must be an object with settings'],
    [{ ...good, policies: undefined }, 'policies: is missing; it must be a list'],
    [{ ...good, policies: 'all' }, 'policies: must be a list'],
    [undefined, '(the whole configuration): is missing'],
    [{ ...good, polices: [] }, 'unknown "polices"; remove it or correct its name'],
    [{ ...good, policies: [] }, 'policies: name at least one policy'],
    [
      { ...good, contacts: { domains: [] } },
      'contacts.domains: name the domains of your mail addresses',
    ],
    [{ ...good, mail: { from: 'keynag' } }, 'mail.from: must be a mail address'],
    [
      { ...good, security: { ...good.security, channel: 'security' } },
      'must be a Slack channel such as #security',
    ],
    [
      { ...good, policies: [{ name: 'a' }, { name: 'a' }] },
      'policies[1].name: "a" is used by an earlier policy',
    ],
    [
      { ...good, contacts: { ...good.contacts, accounts: { '12': 'a@example.com' } } },
      'contacts.accounts.12: an AWS account ID has twelve digits',
    ],
    [
      {
        ...good,
        contacts: { ...good.contacts, managers: { Ann: 'a@example.com', ann: 'b@example.com' } },
      },
      'contacts.managers.ann: differs from another only by case',
    ],
    [
      { ...good, contacts: { ...good.contacts, managers: { ann: 'boss@exmaple.com' } } },
      'contacts.managers.ann: boss@exmaple.com is in none of the domains (example.com)',
    ],
    [
      {
        ...good,
        contacts: { ...good.contacts, accounts: { '111122223333': 'team@sub.example.com' } },
      },
      'contacts.accounts.111122223333: team@sub.example.com is in none of the domains',
    ],
    [
      { ...good, contacts: { ...good.contacts, default: 'ops@partner.org' } },
      'contacts.default: ops@partner.org is in none of the domains',
    ],
    [
      withPolicy({ match: { tags: { team: ['a'], Team: ['b'] } } }),
      'policies[0].match.tags.Team: differs from another only by case',
    ],
    [withPolicy({ name: 'My Policy' }), 'policies[0].name: must be kebab-case, such as ci-keys'],
    [
      withPolicy({ mode: 'armed' }),
      'policies[0].mode: must be one of "dry-run", "notify", "enforce"',
    ],
    [withPolicy({ staleAtDay: -1 }), 'policies[0].staleAtDay: must be 0 days or more'],
    [withPolicy({ staleAtDay: 1.5 }), 'policies[0].staleAtDay: must be whole days'],
    [withPolicy({ staleAtDay: '90' }), 'policies[0].staleAtDay: must be a number of days'],
    [
      withPolicy({ warnFromDay: 91 }),
      'policies[0].warnFromDay: must not be later than `staleAtDay`',
    ],
    [
      withPolicy({ enforce: { kind: 'rotate', atDay: 10 } }),
      'policies[0].enforce.atDay: must not be earlier than the first warning',
    ],
    [
      withPolicy({ enforce: { kind: 'destroy' } }),
      'kind must be "none", "deactivate", "rotate" or "delete"',
    ],
    [withPolicy({ enforce: { kind: 'delete', atDay: 90, recoveryGrace: 3 } }), '"recoveryGrace"'],
    [withPolicy({ nag: { everyDays: 0 } }), 'policies[0].nag.everyDays: must be at least'],
    [withPolicy({ nag: { via: [] } }), 'policies[0].nag.via: name at least one channel'],
    [withPolicy({ nag: { via: ['sms'] } }), 'policies[0].nag.via[0]: must be "slack", "email"'],
    [
      withPolicy({ nag: { oneMessagePer: 'policy', via: ['email'] } }),
      'policies[0].nag.oneMessagePer: one message about the whole policy would go to one owner; use',
    ],
    [
      withPolicy({ nag: { oneMessagePer: 'policy', via: ['#access-keys', 'slack'] } }),
      'policies[0].nag.oneMessagePer: one message about the whole policy',
    ],
    [
      withPolicy({ nag: { via: ['email', '#keys'] }, enforce: { kind: 'rotate', atDay: 90 } }),
      'policies[0].nag.via: a message in a Slack channel warns no owner',
    ],
    [
      withPolicy({
        nag: { via: ['#keys'], oneMessagePer: 'policy' },
        enforce: { kind: 'delete', atDay: 90 },
      }),
      'policies[0].nag.via: a message in a Slack channel warns no owner',
    ],
    ...(['rotate', 'deactivate', 'delete'] as const).map((kind): [object, string] => [
      withPolicy({ enforce: { kind, atDay: 90, installationGraceDays: 0 } }),
      'policies[0].enforce.installationGraceDays: must be at least 1 day: the owner needs time',
    ]),
    [
      withPolicy({ enforce: { kind: 'rotate', atDay: 90, recoveryGraceDays: 'never' } }),
      'policies[0].enforce.recoveryGraceDays: the old key takes one of the two places',
    ],
    [
      withPolicy({ enforce: { kind: 'rotate', atDay: 90, recoveryGraceDays: 84 } }),
      'say at most `atDay` minus `installationGraceDays` days, such as 60, and not "never"',
    ],
    [
      withPolicy({ enforce: { kind: 'rotate', atDay: 90, recoveryGraceDays: '7' } }),
      'policies[0].enforce.recoveryGraceDays: must be a number of days',
    ],
    ...(['rotate', 'deactivate', 'delete'] as const).map((kind): [object, string] => [
      withPolicy({ enforce: { kind, atDay: 90, inUseDays: 0 } }),
      'policies[0].enforce.inUseDays: must be more than 0 days: with 0, no key would ever be in use',
    ]),
    [
      withPolicy({ enforce: { kind: 'rotate', atDay: 90, retentionDays: 0 } }),
      'policies[0].enforce.retentionDays: must not be shorter than `installationGraceDays`',
    ],
    [
      withPolicy({ enforce: { kind: 'rotate', atDay: 90, installationGraceDays: 40 } }),
      'policies[0].enforce.retentionDays: must not be shorter than `installationGraceDays`',
    ],
    [withPolicy({ escalation: [{ to: 'manager' }] }), 'needs `afterNags` or `atDay`'],
    [
      withPolicy({ nag: { via: ['#keys'] }, escalation: [{ afterNags: 3, to: 'manager' }] }),
      'policies[0].escalation: a message in a Slack channel is no reminder to an owner',
    ],
    [
      withPolicy({ escalation: [{ atDay: 100, to: 'the boss' }] }),
      'policies[0].escalation[0].to: must be "manager", "security"',
    ],
    [withPolicy({ match: { accounts: ['12'] } }), 'policies[0].match.accounts[0]: an AWS account'],
    [
      withPolicy({ match: { paths: ['ci'] } }),
      'policies[0].match.paths[0]: must start with /, such as /ci/',
    ],
    [
      withPolicy({ enforce: { kind: 'deactivate', atDay: 90, window: { timeZone: 'Mars' } } }),
      'policies[0].enforce.window.timeZone: must be an IANA time zone such as',
    ],
    [
      withPolicy({
        enforce: {
          kind: 'delete',
          atDay: 90,
          recoveryGraceDays: 0,
          window: { from: '23:55', to: '24:00' },
        },
      }),
      'policies[0].enforce.window: must be open for at least 60 minutes',
    ],
    [
      withPolicy({
        enforce: { kind: 'deactivate', atDay: 90, window: { from: '22:00', to: '22:00' } },
      }),
      'policies[0].enforce.window.to: must differ from `from`',
    ],
  ])('that is wrong is refused with the path and what would be right: %#', (input, sentence) => {
    const error = errorOf(input)
    expect(error).toMatchObject({ code: 'KEYNAG_CONFIG_INVALID', errorClass: 'permanent' })
    expect(error.message).toContain(sentence)
    expect(error.remedy).toContain('keynag.config.ts')
  })

  it('is refused with the name of its file', () => {
    expect(() => parseConfig({}, 'mine.ts')).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('Correct mine.ts') }),
    )
  })

  it('is refused with all its problems at once', () => {
    const input = withPolicy({ mode: 'armed', staleAtDay: -1 })
    expect(errorOf(input).message.split('\n')).toHaveLength(3)
  })
})
