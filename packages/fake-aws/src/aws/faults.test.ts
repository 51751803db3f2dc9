import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import { CreateAccessKeyCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import type { FaultKind } from './faults.ts'
import { MEMBER, testOrganization } from './test-organization.ts'

const limits = [
  { operation: 'iam:*', perSecond: 2, burst: 2 },
  { operation: 'cloudtrail:LookupEvents', perSecond: 2, burst: 2 },
]

it('throttles each account and operation on the virtual clock', async () => {
  const { clock, calls, member, hub } = await testOrganization({ limits })
  const { iam, cloudtrail } = await member()
  const list = () => iam.send(new ListUsersCommand({}))
  await list()
  await list()
  await expect(list()).rejects.toMatchObject({
    name: 'Throttling',
    message: 'Rate exceeded',
    $metadata: { httpStatusCode: 400 },
  })
  await hub.iam.send(new ListUsersCommand({}))
  clock.advance(500)
  await list()
  await expect(list()).rejects.toMatchObject({ name: 'Throttling' })
  expect(calls.of('iam:ListUsers', MEMBER)).toBe(5)
  expect(calls.toJSON()).toEqual({ 'iam:ListUsers': 6, 'sts:AssumeRole': 1 })

  const lookup = () => cloudtrail.send(new LookupEventsCommand({}))
  await lookup()
  await lookup()
  await expect(lookup()).rejects.toMatchObject({ name: 'ThrottlingException' })
})

// When a connection breaks without an answer, the SDK throws a TimeoutError.
it.each([
  ['throttle', 'Throttling', 0],
  ['500', 'ServiceFailureException', 0],
  ['access-denied', 'AccessDenied', 0],
  ['reset-before-effect', 'TimeoutError', 0],
  ['drop-response', 'TimeoutError', 1],
  ['timeout-after-effect', 'TimeoutError', 1],
] as const)('%s: the caller sees %s, and %i keys were made', async (error, name, made) => {
  const { world, faults, member } = await testOrganization()
  world.addUser(MEMBER, { userName: 'ann' })
  const { iam } = await member()
  const fault: { error: FaultKind; holdMs: number } = { error, holdMs: 30 }
  faults.add({ operation: 'iam:CreateAccessKey', accountId: MEMBER, times: 1, ...fault })
  const create = new CreateAccessKeyCommand({ UserName: 'ann' })
  await expect(iam.send(create)).rejects.toMatchObject({ name })
  expect(world.history.of('key-created')).toHaveLength(made)
  await iam.send(create)
  expect(world.history.of('key-created')).toHaveLength(made + 1)
})

it('lets the first calls succeed, affects one account only, and takes virtual time', async () => {
  const { clock, faults, hub, member } = await testOrganization({ latencyMs: 40 })
  const { iam } = await member()
  const startMs = clock.now()
  faults.add({ operation: 'iam:*', error: 'throttle', accountId: MEMBER, after: 1 })
  const list = new ListUsersCommand({})
  await iam.send(list)
  await expect(iam.send(list)).rejects.toMatchObject({ name: 'Throttling' })
  await hub.iam.send(list)
  expect(clock.now() - startMs).toBe(120)
})
