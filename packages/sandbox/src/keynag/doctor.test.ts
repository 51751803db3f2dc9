import {
  DeleteQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs'
import { queueNamesOf, setUpQueues } from '@keynag/aws'
import { runKeynag } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { dayMs, hourMs, type OrganizationInput } from '@keynag/core'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { configurationSet, ledgerTable, region } from '../resources.ts'
import {
  externalId,
  hubAccountId,
  hubRoleName,
  installRoles,
  managementAccountId,
} from '../roles.ts'
import {
  aUserWithKey,
  memberId,
  otherMemberId,
  rotating,
  smallOrganization,
} from '../scenarios/small-organization.ts'
import { trust } from '../aws/test-organization.ts'

const prefix = 'keynag-clinic'
const settings = {
  contacts: { domains: ['example.com'] },
  memberRoles: { externalId },
  mail: { from: 'keynag@example.com', configurationSet },
  security: { channel: '#security', email: 'security@example.com' },
  administrators: ['platform@example.com'],
  policies: [rotating],
} satisfies OrganizationInput

const Report = z.object({
  checked: z.array(z.string()),
  findings: z.array(
    z.object({ severity: z.string(), code: z.string(), subject: z.string(), sentence: z.string() }),
  ),
})

/** A stage with its own queues that has lived for a day, and the doctor for it. */
async function clinic(
  options: { readonly refusesReads?: boolean; readonly withoutRoles?: boolean } = {},
) {
  const small = await smallOrganization({
    members: [memberId],
    onSlack: ['ann@example.com'],
    populate: (world) => {
      for (const id of [hubAccountId, managementAccountId]) installRoles(world, id)
      aUserWithKey(world, 'ann')
      if (options.withoutRoles === true) world.addAccount({ id: otherMemberId, name: 'lost' })
      if (options.refusesReads === true) {
        world.addAccount({ id: otherMemberId, name: 'narrow' })
        world.addRole(otherMemberId, {
          name: 'keynag-reader',
          trustPolicy: trust('*'),
          policy: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: ['iam:List*'], Resource: '*' }],
          },
        })
      }
    },
  })
  await small.live(1)
  const hub = small.world.credentialsForRole(hubAccountId, hubRoleName, 'doctor', 365 * dayMs)
  const client = { region, credentials: hub, endpoints: { sqs: small.sqs.url } }
  const queues = await setUpQueues(client, queueNamesOf(prefix))
  const urlOf = (name: string): string => queues.find((queue) => queue.name === name)?.url ?? ''
  vi.stubEnv('AWS_REGION', region)
  vi.stubEnv('AWS_ACCESS_KEY_ID', hub.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', hub.secretAccessKey)
  vi.stubEnv('AWS_SESSION_TOKEN', hub.sessionToken ?? '')
  vi.stubEnv('AWS_ENDPOINT_URL', small.awsUrl)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', small.dynamoDbUrl)
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', small.sqs.url)
  vi.stubEnv('AWS_ENDPOINT_URL_SES', small.ses.url)
  const folder = await mkdtemp(join(tmpdir(), 'keynag-doctor-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const config = join(folder, 'keynag.config.mjs')
  await writeFile(config, `export default ${JSON.stringify(settings)}\n`)
  const examine = async (...args: readonly string[]) => {
    const { shell, output, remarks } = recordingShell({ clock: small.ports.clock })
    const where = ['--table', ledgerTable, '--queue-prefix', prefix, '--config', config]
    const code = await runKeynag(['doctor', ...where, '--json', ...args], shell)
    const { findings, checked } = Report.parse(JSON.parse(output() || remarks()))
    return { code, findings, checked, codes: [...new Set(findings.map((each) => each.code))] }
  }
  return { small, examine, urlOf }
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('keynag doctor', () => {
  it('finds nothing wrong with a stage that is well, and changes nothing', async () => {
    const { small, examine } = await clinic()
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

  it('names an account that does not let keynag in, and each of its roles', async () => {
    const { examine } = await clinic({ withoutRoles: true })
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

  it('names what a reader is not let do', async () => {
    const { examine } = await clinic({ refusesReads: true })
    const { findings } = await examine()
    const denied = findings.filter((each) => each.code === 'read-denied')
    expect(denied).toMatchObject([{ subject: `${otherMemberId} (narrow)` }])
    expect(denied[0]?.sentence).toContain('iam:GetCredentialReport')
    expect(denied[0]?.sentence).not.toContain('iam:ListAccessKeys')
  })

  it('does not blame the accounts when nobody lets these credentials in', async () => {
    const { small, examine } = await clinic()
    const stranger = small.world.addAccessKey(hubAccountId, aStranger(small), {})
    const credentials = small.world.credentialsForKey(stranger.id)
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey)
    vi.stubEnv('AWS_SESSION_TOKEN', '')
    const { code, findings } = await examine()
    expect(findings).toMatchObject([{ severity: 'unknown', code: 'role-unreachable' }])
    expect(code).toBe(1)
  })

  it('names what is wrong with queues', async () => {
    const { small, examine, urlOf } = await clinic()
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

  it('names a table that is not there, and still checks the rest', async () => {
    const { examine } = await clinic()
    const { code, codes, checked } = await examine('--table', 'elsewhere')
    expect(code).toBe(2)
    expect(codes).toEqual(['table-missing'])
    expect(checked).toContain('accounts')
  })

  it('names what stands still: scans, what is due, holds, intents, the freeze', async () => {
    const { small, examine } = await clinic()
    const { clock, ports } = small
    const [entry] = await small.entries()
    if (entry === undefined) throw new Error('no key was found')
    await ports.ledger.setFreeze({ since: ports.clock.now(), by: 'olga', why: 'INC-7' })
    expect((await examine()).codes).toEqual(['frozen'])
    clock.set(clock.now() + 30 * hourMs)
    expect((await examine()).codes).toEqual(['scan-missing', 'frozen'])
    clock.set(clock.now() + 20 * dayMs)
    expect((await examine()).codes).toEqual(['scan-missing', 'backlog-old', 'frozen'])
  })
})

function aStranger(small: Awaited<ReturnType<typeof smallOrganization>>): string {
  small.world.addUser(hubAccountId, { userName: 'stranger' })
  return 'stranger'
}
