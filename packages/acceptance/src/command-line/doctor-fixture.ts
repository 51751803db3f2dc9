import { queueNamesOf, setUpQueues } from '@keynag/aws'
import { runKeynag } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { dayMs, type OrganizationInput } from '@keynag/core'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import type { World } from '@keynag/fake-aws/aws'
import { configurationSet, ledgerTable, region } from '@keynag/sandbox/resources'
import {
  externalId,
  hubAccountId,
  hubRoleName,
  installRoles,
  managementAccountId,
} from '@keynag/sandbox/roles'
import {
  aUserWithKey,
  memberId,
  rotating,
  smallOrganization,
} from '../scenarios/small-organization.ts'

export const prefix = 'keynag-doctor'
const settings = {
  contacts: { domains: ['example.com'] },
  mail: { from: 'keynag@example.com', configurationSet },
  security: { channel: '#security', email: 'security@example.com' },
  administrators: ['platform@example.com'],
  policies: [rotating],
} satisfies Omit<OrganizationInput, 'memberRoles'>

const Report = z.object({
  checked: z.array(z.string()),
  findings: z.array(
    z.object({ severity: z.string(), code: z.string(), subject: z.string(), sentence: z.string() }),
  ),
})

export interface DoctorStageOptions {
  /** Changes the simulated AWS before its first day. */
  readonly populate?: (world: World) => void
  /** Adds the member roles. Default: the roles of the sandbox's template. */
  readonly installRoles?: (world: World, accountId: string) => void
  readonly memberRoles?: OrganizationInput['memberRoles']
}

/** Starts a stage with its own queues, simulates one day, and returns it with its `keynag doctor`. */
export async function startDoctorStage({
  populate,
  installRoles: install = installRoles,
  memberRoles = { externalId },
}: DoctorStageOptions = {}) {
  const small = await smallOrganization({
    members: [],
    onSlack: ['ann@example.com'],
    settings: { memberRoles },
    populate: (world) => {
      world.addAccount({ id: memberId, name: 'member-1' })
      for (const id of [hubAccountId, managementAccountId, memberId]) install(world, id)
      aUserWithKey(world, 'ann')
      populate?.(world)
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
  vi.stubEnv('AWS_ENDPOINT_URL_SESV2', small.ses.url)
  const folder = await mkdtemp(join(tmpdir(), 'keynag-doctor-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const config = join(folder, 'keynag.config.mjs')
  const organization = { ...settings, memberRoles } satisfies OrganizationInput
  await writeFile(config, `export default ${JSON.stringify(organization)}\n`)
  const examine = async (...args: readonly string[]) => {
    const { shell, output, remarks } = recordingShell({ clock: small.ports.clock })
    const where = ['--table', ledgerTable, '--queue-prefix', prefix, '--config', config]
    const code = await runKeynag(['doctor', ...where, '--json', ...args], shell)
    const { findings, checked } = Report.parse(JSON.parse(output() || remarks()))
    return { code, findings, checked, codes: [...new Set(findings.map((each) => each.code))] }
  }
  return { small, examine, urlOf }
}
