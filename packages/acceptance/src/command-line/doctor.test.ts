import {
  DeleteQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs'
import { dayMs, hourMs } from '@keynag/core'
import { startFreeze } from '@keynag/engine'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { trust } from '@keynag/fake-aws/aws/test-organization'
import { hubAccountId } from '@keynag/sandbox/roles'
import { otherMemberId, type Small } from '../scenarios/small-organization.ts'
import { startDoctorStage, prefix } from './doctor-fixture.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('keynag doctor', () => {
  it('finds nothing on a healthy stage, and changes nothing', async () => {
    const { small, examine } = await startDoctorStage()
    const before = small.world.history.entries.length
    const { code, findings, checked } = await examine()
    expect(findings).toEqual([])
    expect(code).toBe(0)
    expect(checked).toEqual(['table', 'queues', 'sender', 'accounts', 'ledger'])
    const since = small.world.history.entries.slice(before).map(({ kind }) => kind)
    expect(since.filter((kind) => kind.startsWith('key-'))).toEqual([])
    const mutations = ['iam:CreateAccessKey', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey']
    const called: Readonly<Record<string, number>> = small.calls.toJSON()
    expect(mutations.filter((operation) => called[operation] !== undefined)).toEqual([
      'iam:CreateAccessKey',
    ])
  })

  it('names an account without keynag’s roles, and each of the roles', async () => {
    const { examine } = await startDoctorStage({
      populate: (world) => void world.addAccount({ id: otherMemberId, name: 'lost' }),
    })
    const { code, findings } = await examine()
    expect(code).toBe(2)
    const roles = findings.filter((each) => each.code === 'role-unreachable')
    expect(roles.map(({ subject }) => subject)).toEqual(Array(3).fill(`${otherMemberId} (lost)`))
    expect(roles.map(({ sentence }) => sentence.split(':')[0])).toEqual([
      'reader',
      'creator',
      'reaper',
    ])
  })

  it('names the permissions that a reader role lacks', async () => {
    const { examine } = await startDoctorStage({
      populate: (world) => {
        world.addAccount({ id: otherMemberId, name: 'narrow' })
        world.addRole(otherMemberId, {
          name: 'keynag-reader',
          trustPolicy: trust('*'),
          policy: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: ['iam:List*'], Resource: '*' }],
          },
        })
      },
    })
    const { findings } = await examine()
    const denied = findings.filter((each) => each.code === 'read-denied')
    expect(denied).toMatchObject([{ subject: `${otherMemberId} (narrow)` }])
    expect(denied[0]?.sentence).toContain('iam:GetCredentialReport')
    expect(denied[0]?.sentence).not.toContain('iam:ListAccessKeys')
  })

  it('does not report the accounts when these credentials cannot assume any role', async () => {
    const { small, examine } = await startDoctorStage()
    const stranger = small.world.addAccessKey(hubAccountId, aStranger(small), {})
    const credentials = small.world.credentialsForKey(stranger.id)
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey)
    vi.stubEnv('AWS_SESSION_TOKEN', '')
    const { code, findings } = await examine()
    expect(findings).toMatchObject([{ severity: 'unknown', code: 'role-unreachable' }])
    expect(code).toBe(1)
  })

  it('names missing and misconfigured queues, and waiting dead letters', async () => {
    const { small, examine, urlOf } = await startDoctorStage()
    const { sqsClient: sqs } = small
    await sqs.send(new DeleteQueueCommand({ QueueUrl: urlOf(`${prefix}-scan`) }))
    await sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: urlOf(`${prefix}-rotate`),
        Attributes: { VisibilityTimeout: '30' },
      }),
    )
    await sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: urlOf(`${prefix}-escalate`),
        Attributes: { RedrivePolicy: '' },
      }),
    )
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: urlOf(`${prefix}-notify-dead-letters`),
        MessageBody: '{}',
      }),
    )
    const { code, findings } = await examine()
    expect(code).toBe(2)
    expect(findings.map((each) => [each.code, each.subject])).toEqual([
      ['queue-missing', `${prefix}-scan`],
      ['dead-letters-waiting', `${prefix}-notify-dead-letters`],
      ['redrive-missing', `${prefix}-escalate`],
      ['visibility-short', `${prefix}-rotate`],
    ])
  })

  it('names a missing table, and still checks the rest', async () => {
    const { examine } = await startDoctorStage()
    const { code, codes, checked } = await examine('--table', 'elsewhere')
    expect(code).toBe(2)
    expect(codes).toEqual(['table-missing'])
    expect(checked).toContain('accounts')
  })

  it('names a missing scan, overdue keys and a freeze', async () => {
    const { small, examine } = await startDoctorStage()
    const { clock, ports } = small
    const [entry] = await small.entries()
    if (entry === undefined) throw new Error('no key was found')
    await startFreeze(ports, { kind: 'all' }, { by: 'olga', why: 'INC-7' })
    expect((await examine()).codes).toEqual(['frozen'])
    clock.set(clock.now() + 30 * hourMs)
    expect((await examine()).codes).toEqual(['scan-missing', 'frozen'])
    clock.set(clock.now() + 20 * dayMs)
    expect((await examine()).codes).toEqual([
      'scan-missing',
      'account-unread',
      'backlog-old',
      'frozen',
    ])
  })
})

function aStranger(small: Small): string {
  small.world.addUser(hubAccountId, { userName: 'stranger' })
  return 'stranger'
}
