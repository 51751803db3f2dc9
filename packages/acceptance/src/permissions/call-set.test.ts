import {
  hubOperations,
  memberRoleGrants,
  type FunctionName,
  type MemberRole,
  type Use,
} from '@keynag/aws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playStory } from '@keynag/sandbox/demo/story'
import { rarePaths } from './rare-paths.ts'
import type { PermissionRecorder } from '@keynag/sandbox/permission-recorder'

const functionNames = [
  'planner',
  'scanner',
  'sweeper',
  'notifier',
  'escalator',
  'rotator',
  'digest',
  'bounces',
] as const satisfies readonly FunctionName[]
const memberRoles = ['reader', 'creator', 'reaper'] as const satisfies readonly MemberRole[]

const recorders: PermissionRecorder[] = []
const closing: (() => Promise<void>)[] = []
beforeAll(async () => {
  const demo = await playStory({ days: 24, accounts: 5, users: 40, seed: 3, policy: undefined })
  recorders.push(demo.sandbox.permissions)
  closing.push(demo.sandbox.close)
  for (const { live } of rarePaths) recorders.push(await live((close) => void closing.push(close)))
}, 600_000)
afterAll(async () => {
  for (const close of closing) await close()
})

/** The declared uses. `by` selects those of Lambda itself, or those of the function. */
const usesIn = (uses: readonly Use[], by: Use['by']): ReadonlySet<string> =>
  new Set(
    uses
      .filter((use) => use.by === by)
      .flatMap(({ actions, on }) =>
        on.flatMap((target) => actions.map((action) => `${action} on ${target}`)),
      ),
  )

const difference = (called: ReadonlySet<string>, allowed: ReadonlySet<string>) => ({
  notAllowed: [...called].filter((use) => !allowed.has(use)).sort(),
  neverCalled: [...allowed].filter((use) => !called.has(use)).sort(),
})
const none = { notAllowed: [], neverCalled: [] }

describe('the demo together with the rare paths', () => {
  it.each(functionNames)('needs exactly the permissions that %s has in the hub', (name) => {
    const called = new Set<string>(recorders.flatMap((one) => [...one.hubUsesOf(name)]))
    expect(difference(called, usesIn(hubOperations[name], undefined))).toStrictEqual(none)
  })

  it.each(memberRoles)(
    'needs exactly the permissions that the %s role has in member accounts',
    (role) => {
      const called = new Set<string>(recorders.flatMap((one) => [...one.memberActionsOf(role)]))
      const allowed = new Set<string>(memberRoleGrants[role].flatMap(({ actions }) => actions))
      expect(difference(called, allowed)).toStrictEqual(none)
    },
  )
})

describe("the permissions that Lambda itself needs from a function's role", () => {
  /** AWS's own policies AWSLambdaSQSQueueExecutionRole and, for a destination, SendMessage. */
  const documented =
    /^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes) on queue:|^sqs:SendMessage on missed-runs$/

  it.each(functionNames)('are those that AWS documents, for %s', (name) => {
    for (const use of usesIn(hubOperations[name], 'lambda')) expect(use).toMatch(documented)
  })
})
