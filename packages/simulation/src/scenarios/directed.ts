import { dayMs, hourMs, minuteMs, secondMs, type HoldCode, type RecoveryRule } from '@keynag/core'
import { keysHeld, type SimUser } from '../estate.ts'
import { deeds, use, type Deed } from '../people.ts'
import { startsAt, type Cue, type Scenario, type Simulation } from '../simulation.ts'
import { addStaleUser, organizationOf, rotating, scenario } from './estate-of.ts'

/** A story for one guard or one rule: it must end without a violation, and with these in it. */
export interface Directed extends Scenario {
  readonly recoveries?: readonly RecoveryRule[]
  readonly holds?: readonly HoldCode[]
  readonly facts?: readonly string[]
  /** No delivery may end in an error: nothing went wrong that a person should read of. */
  readonly isQuiet?: boolean
  /** Transitions that must not come up. */
  readonly never?: readonly string[]
}

type Fields = Partial<Omit<Directed, 'begin' | 'name'>> & {
  readonly begin?: (simulation: Simulation, ann: SimUser) => void
}

const directed = (name: string, { begin, ...fields }: Fields): Directed => ({
  ...scenario(name, {
    begin: (simulation) => {
      const { user } = addStaleUser(simulation, 'ann')
      begin?.(simulation, user)
    },
  }),
  ...fields,
})

const ann = ({ estate }: Simulation): SimUser => {
  const user = [...estate.keys.values()][0]?.user
  if (user === undefined) throw new Error('there is nobody')
  return user
}
const does =
  (deed: Deed) =>
  (simulation: Simulation): void | Promise<void> =>
    deeds[deed](simulation, ann(simulation))
const inPhase =
  (kind: string) =>
  ({ books }: Simulation): boolean =>
    [...books.rotations.values()].some(({ phase }) => phase.kind === kind)
const crash = (at: string, nth = 1): Cue => ({ at, nth, fault: { kind: 'crash-after' } })
const lost = (at: string, nth = 1): Cue => ({ at, nth, fault: { kind: 'lost' } })
const at =
  (days: number, hours: number, deed: (simulation: Simulation) => void | Promise<void>) =>
  (simulation: Simulation): void => {
    simulation.later(days * dayMs + hours * hourMs, () => deed(simulation))
  }
const both =
  (...all: readonly ((simulation: Simulation) => void)[]) =>
  (simulation: Simulation): void => {
    for (const each of all) each(simulation)
  }
const policy = (fields: object, enforce: object = {}) =>
  organizationOf([{ ...rotating, ...fields, enforce: { ...rotating.enforce, ...enforce } }], {
    protected: { paths: ['/break-glass/'] },
  })
const ladder = {
  nag: { everyDays: 1 },
  escalation: [
    { afterNags: 1, to: 'security' },
    { afterNags: 2, to: '#security' },
  ],
}
const byMail = (fields: object = {}) => policy({ nag: { everyDays: 7, via: ['email'] }, ...fields })
/** For so many hours, mail to Ann is taken and comes back that much later. */
const comesBack =
  (afterMs: number, hours: number) =>
  (simulation: Simulation): void => {
    simulation.bouncing.set('ann@example.com', afterMs)
    simulation.later(hours * hourMs, () => simulation.bouncing.clear())
  }
const longGraces = { installationGraceDays: 3, recoveryGraceDays: 3, retentionDays: 4 }
const slow = (enforce: object) => policy(ladder, { ...enforce, afterNags: 4 })
const without = (kind: 'deactivate' | 'delete', fields: object = {}, enforce: object = {}) =>
  organizationOf([
    {
      ...rotating,
      ...fields,
      enforce:
        kind === 'delete'
          ? {
              kind,
              atDay: 90,
              installationGraceDays: 1,
              recoveryGraceDays: 1,
              inUseDays: 0.5,
              ...enforce,
            }
          : { kind, atDay: 90, installationGraceDays: 1, inUseDays: 0.5, ...enforce },
    },
  ])
const soon =
  (deed: Deed) =>
  (simulation: Simulation): void =>
    simulation.later(secondMs, () => does(deed)(simulation))
const freezeFor =
  (fromDay: number, toDay: number) =>
  (simulation: Simulation): void => {
    simulation.later(fromDay * dayMs, () => simulation.freeze(true))
    simulation.later(toDay * dayMs, () => simulation.freeze(false))
  }
const isHeld = ({ books }: Simulation): boolean =>
  [...books.entries.values()].some(({ hold }) => hold !== undefined)
async function holdAll(simulation: Simulation): Promise<void> {
  for (const { accessKeyId } of simulation.books.entries.values()) {
    await simulation.operate(accessKeyId, () => ({
      kind: 'held',
      code: 'operator',
      why: 'ask Ann',
    }))
  }
}
/** A second delivery for the same key comes in while the first is at this call… */
const slowSecond = (call: string): Cue => ({
  at: call,
  nth: 1,
  fault: { kind: 'delay', ms: 5 * secondMs },
  deed: (simulation) => {
    simulation.marks.add('second')
    simulation.hintAll()
  },
})
/** …and stays behind after it has decided. */
const slowedSecond: readonly Cue[] = [
  {
    at: 'rotate iam.user',
    nth: 1,
    when: ({ marks }) => marks.has('second'),
    fault: { kind: 'delay', ms: 60 * secondMs },
  },
]
/** Somebody makes a key by hand just when keynag's own was not made. */
const strangersKey: Cue = {
  at: 'mutations.create',
  nth: 1,
  fault: { kind: 'crash-before' },
  deed: does('makes a key and forgets it'),
}

export const directedScenarios: readonly Directed[] = [
  directed('the secret is lost', {
    script: [crash('mutations.create')],
    recoveries: ['orphan-off', 'orphan-rests', 'orphan-deleted'],
  }),
  directed('the answer to the create is lost', {
    script: [lost('mutations.create')],
    recoveries: ['orphan-off'],
  }),
  directed('a delivery comes right after the lease of an unanswered create', {
    script: [
      {
        at: 'mutations.create',
        nth: 1,
        fault: { kind: 'lost' },
        deed: (simulation) => {
          simulation.later(7 * minuteMs, () => {
            simulation.hintAll()
          })
        },
      },
    ],
    recoveries: ['lists-settle', 'orphan-off'],
  }),
  directed('the create is answered late', {
    script: [{ at: 'mutations.create', nth: 1, fault: { kind: 'time-out', effect: 'late' } }],
    recoveries: ['orphan-off'],
  }),
  directed('nothing was created', {
    script: [{ at: 'mutations.create', nth: 1, fault: { kind: 'crash-before' } }],
    recoveries: ['create-again'],
  }),
  directed('another delivery comes while an unanswered create is on its way', {
    script: [
      {
        at: 'mutations.create',
        nth: 1,
        fault: { kind: 'time-out', effect: 'late' },
        deed: (simulation) => {
          simulation.later(40 * secondMs, () => {
            simulation.hintAll()
          })
        },
      },
    ],
    recoveries: ['orphan-off'],
  }),
  directed('the stored key is adopted', {
    script: [crash('handovers.store')],
    recoveries: ['stored-adopted'],
  }),
  directed('every store fails', {
    script: [{ at: 'handovers.store', fault: { kind: 'throttle' }, when: inPhase('creating') }],
    recoveries: ['store-failed', 'orphan-rests'],
    holds: ['orphan-unproven'],
  }),
  directed('every answer of the first store is lost', {
    script: [1, 2, 3].map((nth) => lost('handovers.store', nth)),
  }),
  directed('a store lands after it was given up', {
    script: [
      { at: 'handovers.store', nth: 1, fault: { kind: 'throttle' } },
      { at: 'handovers.store', nth: 2, fault: { kind: 'throttle' } },
      { at: 'handovers.store', nth: 3, fault: { kind: 'time-out', effect: 'late' } },
      crash('handovers.store', 4),
    ],
    recoveries: ['stored-adopted'],
    facts: ['issuing replacement-issued'],
  }),
  directed('a freeze while the store fails', {
    script: [
      { at: 'handovers.store', nth: 1, fault: { kind: 'throttle' } },
      { at: 'handovers.store', nth: 2, fault: { kind: 'throttle' } },
      {
        at: 'handovers.store',
        nth: 3,
        fault: { kind: 'throttle' },
        deed: does('freezes for some hours'),
      },
    ],
    recoveries: ['orphan-off-again'],
  }),
  directed('the store fails, and lists are late', {
    script: [
      { at: 'handovers.store', nth: 1, fault: { kind: 'throttle' } },
      { at: 'handovers.store', nth: 2, fault: { kind: 'throttle' } },
      {
        at: 'handovers.store',
        nth: 3,
        fault: { kind: 'throttle' },
        deed: (simulation) => {
          void simulation.freeze(true)
          simulation.later(5 * secondMs, () => simulation.freeze(false))
          simulation.later(8 * secondMs, () => simulation.hintAll())
        },
      },
      { at: 'rotate iam.accessKeys', nth: 1, when: inPhase('undoing'), fault: { kind: 'stale' } },
    ],
    recoveries: ['orphan-off-again'],
  }),
  directed('the orphan is not known to be off', {
    script: [crash('mutations.create'), crash('mutations.deactivate')],
    recoveries: ['orphan-off-again'],
  }),
  directed('the orphan is deleted, and nobody recorded it', {
    script: [crash('mutations.create'), crash('mutations.delete')],
    recoveries: ['orphan-gone'],
  }),
  directed('the orphan is switched on', {
    script: [
      crash('mutations.create'),
      {
        at: 'mutations.deactivate',
        nth: 1,
        deed: (simulation) => {
          simulation.later(10 * minuteMs, () => {
            const key = keysHeld(ann(simulation))[1]
            if (key !== undefined) {
              simulation.estate.setStatus(key, 'Active', 'person', simulation.now)
            }
          })
        },
      },
    ],
    recoveries: ['orphan-reactivated'],
    holds: ['reactivated'],
  }),
  directed('somebody uses the orphan', {
    script: [
      crash('mutations.create'),
      {
        at: 'iam.makerOf',
        fault: { kind: 'stale' },
        when: ({ now }) => now < startsAt + 3 * hourMs,
      },
    ],
    begin: (simulation) => {
      simulation.later(90 * minuteMs, () => use(simulation, keysHeld(ann(simulation))[1]))
    },
    recoveries: ['orphan-unproven'],
    holds: ['orphan-unproven'],
  }),
  directed('a stranger makes a key just then', {
    script: [strangersKey],
    recoveries: ['orphan-unproven'],
    holds: ['orphan-unproven'],
  }),
  directed('CloudTrail is late', {
    script: [
      crash('mutations.create'),
      { at: 'iam.makerOf', nth: 1, fault: { kind: 'stale' } },
      { at: 'iam.makerOf', nth: 2, fault: { kind: 'stale' } },
    ],
    recoveries: ['trail-awaited', 'orphan-off'],
  }),
  directed('CloudTrail never says, and the key is a stranger’s', {
    script: [strangersKey, { at: 'iam.makerOf', fault: { kind: 'stale' } }],
    recoveries: ['trail-awaited', 'orphan-unproven'],
    holds: ['orphan-unproven'],
  }),
  directed('a lost key appears after its attempt was given up', {
    staleListMs: 20 * minuteMs,
    script: [
      crash('mutations.create'),
      { at: 'rotate iam.accessKeys', fault: { kind: 'stale' }, when: inPhase('creating'), nth: 1 },
      { at: 'rotate iam.accessKeys', fault: { kind: 'stale' }, when: inPhase('prepared') },
      { at: 'mutations.create', nth: 2, fault: { kind: 'crash-before' } },
    ],
    recoveries: ['create-again', 'orphan-unproven'],
    holds: ['orphan-unproven'],
  }),
  directed('preflight dies', {
    script: [crash('handovers.prepare')],
    recoveries: ['preflight-again'],
  }),
  directed('a container is made that nobody wrote down, and the owner deletes the key', {
    script: [
      {
        at: 'handovers.prepare',
        nth: 1,
        fault: { kind: 'crash-after' },
        deed: does('deletes the old key'),
      },
    ],
    facts: ['issuing resolved'],
  }),
  directed('the promotion dies', {
    script: [crash('handovers.promote')],
    recoveries: ['issue-again'],
  }),
  directed('the news is sent, and nobody recorded it', {
    script: [crash('messenger.send', 2)],
    recoveries: ['notice-again'],
  }),
  directed('a nag is sent, and nobody recorded it', { script: [crash('messenger.send')] }),
  directed('a nag is recorded only as sent', { script: [crash('notify ledger.commit', 2)] }),
  directed('the deactivation is not recorded', {
    script: [crash('mutations.deactivate')],
    recoveries: ['deactivated-unrecorded'],
  }),
  directed('the deactivation did not happen', {
    script: [{ at: 'mutations.deactivate', nth: 1, fault: { kind: 'crash-before' } }],
    recoveries: ['deactivate-again'],
  }),
  directed('a key is switched on before its deactivation could be recorded', {
    script: [
      {
        ...crash('mutations.deactivate'),
        deed: (simulation) =>
          simulation.later(2 * minuteMs, () => does('switches a key on')(simulation)),
      },
      { at: 'iam.deactivatedBy', nth: 1, fault: { kind: 'stale' } },
    ],
    recoveries: ['trail-awaited', 'deactivated-unrecorded'],
    holds: ['reactivated'],
  }),
  directed('the deletion is not recorded', {
    script: [crash('mutations.delete')],
    recoveries: ['deleted-unrecorded'],
  }),
  directed('the deletion did not happen', {
    script: [{ at: 'mutations.delete', nth: 1, fault: { kind: 'crash-before' } }],
    recoveries: ['delete-again'],
  }),
  directed('the retirement is not recorded', {
    script: [crash('handovers.retire')],
    recoveries: ['retire-again'],
  }),
  directed('a deactivated key is switched on, used, and switched off again', {
    organization: policy({}, longGraces),
    begin: (simulation, { keys: [old] }) => {
      if (old === undefined) return
      const { estate } = simulation
      at(3, 5, () => {
        estate.setStatus(old, 'Active', 'person', simulation.now)
        use(simulation, old)
        estate.setStatus(old, 'Inactive', 'person', simulation.now)
      })(simulation)
    },
    recoveries: ['reactivated'],
    holds: ['reactivated'],
  }),
  directed('nobody knows whether a deactivated key was used', {
    script: [
      { at: 'rotate iam.lastUsed', fault: { kind: 'throttle' }, when: inPhase('deactivated') },
    ],
    holds: ['use-unknown'],
  }),
  directed('the owner deletes a deactivated key', {
    begin: at(1, 4, does('deletes the old key')),
    recoveries: ['deleted-outside'],
  }),
  directed('a deactivated key is switched on, and a scan sees it', {
    organization: policy({}, { recoveryGraceDays: 9 }),
    days: 6,
    begin: at(1, 4, does('switches a key on')),
    holds: ['reactivated'],
  }),
  directed('a deactivated key is switched on, and released', {
    begin: both(at(1, 4, does('switches a key on')), at(4, 3, does('releases what is held'))),
    holds: ['reactivated'],
  }),
  directed('a deactivation is rolled back, and released', {
    begin: both(
      at(1, 4, does('rolls a deactivation back')),
      at(4, 3, does('releases what is held')),
    ),
    holds: ['rolled-back'],
    facts: ['deactivated rolled-back'],
  }),
  ...(['crash-after', 'lost'] as const).flatMap((kind) =>
    ['roll-back ledger.commit', 'roll-back mutations.reactivate', 'roll-back iam.user'].map(
      (call) =>
        directed(`a rollback meets ${kind} at ${call}`, {
          script: [{ at: call, nth: 1, fault: { kind } }],
          begin: both(
            at(1, 4, does('rolls a deactivation back')),
            at(1, 5, does('rolls a deactivation back')),
            at(4, 3, does('releases what is held')),
          ),
          holds: ['rolled-back'],
          facts: ['deactivated rolled-back'],
        }),
    ),
  ),
  directed('a deactivated key is switched on just before its deletion', {
    begin: at(2, 1.1, does('switches a key on')),
    recoveries: ['reactivated'],
    holds: ['reactivated'],
  }),
  directed('a key is switched on while it is being deleted', {
    script: [
      {
        at: 'rotate iam.accessKeys',
        nth: 1,
        when: inPhase('deactivated'),
        deed: ({ marks }) => void marks.add('looked'),
      },
      {
        at: 'rotate ledger.commit',
        nth: 1,
        when: ({ marks }) => marks.has('looked'),
        fault: { kind: 'delay', ms: 100 * secondMs },
        deed: does('switches a key on'),
      },
    ],
    holds: ['reactivated'],
  }),
  directed('lists are late after a deactivation', {
    organization: policy({}, { recoveryGraceDays: 0 }),
    script: [{ at: 'rotate iam.accessKeys', when: inPhase('deactivated'), nth: 1 }],
  }),
  directed('a scan shows the status before', {
    staleListMs: 90 * secondMs,
    script: [
      // The second day's scan comes so late that it lists the key right after its deactivation.
      { at: 'planner accounts.accounts', nth: 2, fault: { kind: 'crash-before' } },
      { at: 'planner accounts.accounts', nth: 3, fault: { kind: 'delay', ms: 299 * secondMs } },
      { at: 'scan ledger.accountScan', nth: 2, fault: { kind: 'delay', ms: 14 * minuteMs } },
      {
        at: 'scan ledger.entriesOfAccount',
        nth: 2,
        fault: { kind: 'delay', ms: 10 * secondMs },
        deed: does('gives the user another owner'),
      },
      { at: 'scan iam.accessKeys', nth: 2, fault: { kind: 'stale' } },
    ],
    facts: ['deactivated deleted'],
  }),
  directed('a dry run', { begin: at(0, 0, does('goes back to a dry run for a day')) }),
  directed('a freeze while a key is created', {
    script: [{ at: 'mutations.create', nth: 1, deed: does('freezes for some hours') }],
  }),
  directed('the policy begins to rotate while a key is to be deactivated', {
    organization: without('deactivate'),
    script: [
      {
        at: 'mutations.deactivate',
        nth: 1,
        fault: { kind: 'crash-before' },
        deed: (simulation) => {
          simulation.organization = organizationOf([{ ...rotating, nag: { everyDays: 1 } }])
        },
      },
    ],
    facts: ['issued deactivated'],
  }),
  directed('the new key is deleted after the old one, unused', {
    onLetter: () => undefined,
    begin: at(3, 0, does('deletes the old key')),
    days: 20,
  }),
  directed('a renamed user is on no page', {
    script: [
      {
        at: 'scan iam.users',
        nth: 2,
        fault: { kind: 'stale' },
        deed: does('renames the user'),
      },
    ],
  }),
  directed('a renamed user is on no page, and nobody can tell whether its key is there', {
    script: [
      {
        at: 'scan iam.users',
        nth: 2,
        fault: { kind: 'stale' },
        deed: does('renames the user'),
      },
      { at: 'scan iam.hasKey', nth: 1, fault: { kind: 'throttle' } },
    ],
  }),
  directed('another delivery comes while a key is being switched off', {
    script: [
      {
        at: 'mutations.deactivate',
        nth: 1,
        fault: { kind: 'delay', ms: 200 * secondMs },
        deed: (simulation) => simulation.later(100 * secondMs, () => simulation.hintAll()),
      },
    ],
  }),
  directed('another delivery decided before this one went on', {
    script: [slowSecond('handovers.test'), ...slowedSecond],
    isQuiet: true,
  }),
  directed('another delivery decided before the key was deleted', {
    script: [slowSecond('mutations.delete'), ...slowedSecond],
    isQuiet: true,
  }),
  directed('a user has two old keys: one after the other', {
    organization: without('delete'),
    begin: (simulation, user) => {
      simulation.estate.addKey(user, startsAt - 94 * dayMs, 'person')
    },
    facts: ['deactivated deleted'],
    never: ['nagging held'],
  }),
  directed('another delivery has seen a nag due that this one is sending', {
    script: [
      {
        at: 'notify messenger.send',
        nth: 1,
        fault: { kind: 'delay', ms: 5 * secondMs },
        deed: (simulation) => {
          simulation.hintNags()
        },
      },
      { at: 'notify ledger.notice', nth: 2, fault: { kind: 'delay', ms: 20 * secondMs } },
    ],
    isQuiet: true,
  }),
  directed('two deliveries open at once', {
    script: [slowSecond('handovers.prepare'), ...slowedSecond],
    isQuiet: true,
  }),
  directed('an exempt key is left alone', {
    begin: at(0, 3, does('exempts a key for a day')),
    facts: ['issued exempted'],
  }),
  directed('an operator holds a key', {
    begin: both(at(0, 3, holdAll), at(3, 3, does('releases what is held'))),
    holds: ['operator'],
  }),
  directed('an operator holds a key just before it is switched off', {
    script: [{ at: 'rotate iam.user', nth: 1, when: inPhase('replaced'), deed: holdAll }],
    holds: ['operator'],
  }),
  directed('an operator holds a key after the last look at it', {
    script: [{ at: 'rotate iam.accessKeys', nth: 1, when: inPhase('replaced'), deed: holdAll }],
    holds: ['operator'],
    never: ['issued deactivated'],
  }),
  directed('an operator holds a key while it is switched off', {
    script: [{ at: 'mutations.deactivate', nth: 1, deed: holdAll }],
    facts: ['issued deactivated'],
  }),
  directed('back to a dry run while a replacement is prepared', {
    script: [{ at: 'handovers.prepare', nth: 1, deed: does('goes back to a dry run for a day') }],
    facts: ['issuing rotation-abandoned'],
  }),
  directed('back to a dry run while a key is lost', {
    script: [
      {
        at: 'mutations.create',
        nth: 1,
        fault: { kind: 'crash-after' },
        deed: does('goes back to a dry run for a day'),
      },
    ],
    facts: ['issuing rotation-abandoned'],
    recoveries: ['orphan-deleted'],
  }),
  directed('back to a dry run while a key is stored', {
    script: [{ at: 'handovers.store', nth: 1, deed: does('goes back to a dry run for a day') }],
  }),
  directed('back to a dry run before the deactivation', {
    begin: at(0, 5, does('goes back to a dry run for a day')),
  }),
  ...(['opened', 'prepared', 'replaced', 'deactivated'] as const).map((phase) =>
    directed(`a freeze while ${phase}`, {
      script: [
        {
          at: 'rotate iam.user',
          nth: 1,
          when: inPhase(phase),
          deed: does('freezes for some hours'),
        },
      ],
    }),
  ),
  directed('a freeze before the orphan is off', {
    script: [
      crash('mutations.create'),
      {
        at: 'rotate iam.makerOf',
        nth: 1,
        when: ({ now }) => now > startsAt + 75 * minuteMs,
        deed: does('freezes for some hours'),
      },
    ],
    recoveries: ['orphan-off-again'],
  }),
  directed('a freeze before anything', { begin: at(0, 1.05, does('freezes for some hours')) }),
  directed('a freeze between create and store', {
    script: [{ at: 'handovers.store', nth: 1, deed: does('freezes for some hours') }],
  }),
  directed('the window closes meanwhile', {
    organization: policy({}, { window: { from: '05:00', to: '05:22' } }),
    days: 16,
    script: [
      {
        at: 'rotate iam.user',
        nth: 1,
        when: inPhase('replaced'),
        fault: { kind: 'delay', ms: 200 * secondMs },
      },
      {
        at: 'rotate iam.user',
        nth: 1,
        when: inPhase('prepared'),
        fault: { kind: 'delay', ms: 250 * secondMs },
      },
    ],
  }),
  directed('the window closes before the create', {
    organization: policy({}, { window: { from: '05:00', to: '05:12' } }),
    days: 16,
    script: [
      {
        at: 'rotate iam.user',
        nth: 1,
        when: inPhase('prepared'),
        fault: { kind: 'delay', ms: 200 * secondMs },
      },
    ],
  }),
  directed('one key a day, and a backlog', {
    organization: policy({ caps: { perDay: 1 } }, longGraces),
    days: 26,
    begin: (simulation) => {
      addStaleUser(simulation, 'bob')
      addStaleUser(simulation, 'eve')
      // All are due at once when it is lifted.
      freezeFor(2.9, 6)(simulation)
      freezeFor(8.9, 12)(simulation)
    },
  }),
  directed('one key an account and a day, and a backlog', {
    organization: policy({ caps: { perAccountPerDay: 1 } }, longGraces),
    days: 26,
    begin: (simulation) => {
      addStaleUser(simulation, 'bob')
      freezeFor(2.9, 6)(simulation)
      freezeFor(8.9, 12)(simulation)
    },
  }),
  directed('a rotation begins on one day and creates on another', {
    organization: policy({ caps: { perDay: 1 } }),
    days: 20,
    begin: (simulation) => {
      addStaleUser(simulation, 'bob')
    },
    script: [
      {
        at: 'handovers.prepare',
        nth: 1,
        deed: async (simulation) => {
          await simulation.freeze(true)
          simulation.later(30 * hourMs, () => simulation.freeze(false))
        },
      },
    ],
  }),
  ...(['deactivate', 'delete'] as const).map((kind) =>
    directed(`a rotation to ${kind} waits over midnight`, {
      organization: without(kind, { caps: { perDay: 1 } }),
      days: 20,
      begin: (simulation) => {
        addStaleUser(simulation, 'bob')
      },
      script: [
        {
          at: 'rotate iam.user',
          nth: 1,
          deed: async (simulation) => {
            await simulation.freeze(true)
            simulation.later(25 * hourMs, () => simulation.freeze(false))
          },
        },
      ],
    }),
  ),
  directed('the old key is in use', {
    begin: at(0, 20, does('uses an old key')),
    holds: ['still-in-use'],
  }),
  directed('the old key is in use, and the policy waits', {
    organization: policy({}, { whenInUse: 'wait' }),
    begin: at(0, 20, does('uses an old key')),
  }),
  directed('nobody knows of its use', {
    script: [{ at: 'rotate iam.lastUsed', fault: { kind: 'throttle' }, when: inPhase('replaced') }],
    holds: ['use-unknown'],
  }),
  directed('the replacement is switched off', {
    begin: at(0, 5, does('switches the new key off')),
    holds: ['replacement-gone'],
  }),
  directed('the replacement is deleted', {
    begin: at(0, 5, does('deletes the new key')),
    holds: ['replacement-gone'],
  }),
  directed('the replacement is deleted, and an operator lets another be made', {
    begin: both(at(0, 5, does('deletes the new key')), at(3, 5, does('releases what is held'))),
    holds: ['replacement-gone'],
    facts: ['issued begun-anew', 'deactivated deleted'],
  }),
  directed('the replacement is deleted, and the policy makes none any more', {
    begin: both(
      at(0, 5, does('deletes the new key')),
      at(3, 4, (simulation) => {
        simulation.organization = without('deactivate')
      }),
      at(3, 5, does('releases what is held')),
    ),
    facts: ['issued begun-anew', 'nagging deactivated'],
  }),
  directed('the replacement is switched off for a while', {
    begin: both(
      at(0, 5, does('switches the new key off')),
      at(3, 5, does('switches a key on')),
      at(3, 6, does('releases what is held')),
    ),
    holds: ['replacement-gone'],
    facts: ['issued begun-anew', 'deactivated deleted'],
  }),
  directed('the new key is deleted before it is issued, and an operator lets another be made', {
    script: [{ at: 'handovers.store', nth: 1, deed: soon('deletes the new key') }],
    begin: at(3, 5, does('releases what is held')),
    holds: ['replacement-gone'],
    facts: ['deactivated deleted'],
  }),
  directed('the replacement is switched off before it is issued', {
    script: [{ at: 'handovers.store', nth: 1, deed: soon('switches the new key off') }],
    holds: ['replacement-gone'],
  }),
  directed('the new key is never accepted', {
    script: [
      {
        at: 'handovers.store',
        deed: (simulation) => {
          const key = keysHeld(ann(simulation))[1]
          if (key !== undefined) key.worksFrom = Infinity
        },
      },
    ],
    holds: ['replacement-unusable'],
  }),
  directed('the owner has a newer key and uses it', {
    begin: (simulation, user) => {
      const key = simulation.estate.addKey(user, startsAt - dayMs, 'person')
      key.uses.push(startsAt - 2 * hourMs)
    },
    facts: ['issuing replaced-by-owner'],
  }),
  directed('the owner has a newer key and has not used it', {
    begin: (simulation, user) => {
      simulation.estate.addKey(user, startsAt - dayMs, 'person')
    },
    holds: ['two-keys'],
  }),
  directed('the owner has an older key', {
    begin: (simulation, user) => {
      const key = simulation.estate.addKey(user, startsAt - 80 * dayMs, 'person')
      simulation.estate.setStatus(key, 'Inactive', 'person', startsAt - dayMs)
    },
    holds: ['two-keys'],
  }),
  directed('the owner has an older key and uses it', {
    begin: (simulation, user) => {
      const key = simulation.estate.addKey(user, startsAt - 80 * dayMs - 30 * dayMs, 'person')
      key.uses.push(startsAt - 2 * hourMs)
    },
    organization: organizationOf([
      { ...rotating, nag: { ...rotating.nag, oneMessagePer: 'user' } },
    ]),
    holds: ['two-keys'],
  }),
  directed('the owner has switched a newer key off', {
    begin: (simulation, user) => {
      const key = simulation.estate.addKey(user, startsAt - dayMs, 'person')
      key.uses.push(startsAt - 2 * hourMs)
      simulation.estate.setStatus(key, 'Inactive', 'person', startsAt - hourMs)
    },
    holds: ['two-keys'],
  }),
  directed('the owner deletes the old key before there is a new one', {
    script: [
      {
        at: 'handovers.prepare',
        nth: 1,
        fault: { kind: 'delay', ms: 10 * secondMs },
        deed: does('deletes the old key'),
      },
    ],
    facts: ['issuing resolved'],
  }),
  directed('the owner makes a key just before', {
    script: [{ at: 'mutations.create', nth: 1, deed: does('makes a key and forgets it') }],
    holds: ['two-keys'],
  }),
  directed('somebody else gets the name', {
    script: [
      {
        at: 'handovers.prepare',
        nth: 1,
        deed: (simulation) => {
          simulation.estate.rename(ann(simulation), 'anna')
          const other = simulation.estate.addUser(ann(simulation).accountId, 'ann', simulation.now)
          simulation.estate.addKey(other, simulation.now, 'person')
        },
      },
    ],
  }),
  directed('the user moves to a protected path', {
    organization: policy({}),
    begin: at(0, 5, does('moves the user to a protected path')),
    holds: ['protected'],
  }),
  directed('the user moves to a protected path, and leaves a key whose secret was lost', {
    organization: policy({}),
    script: [
      {
        at: 'mutations.create',
        nth: 1,
        fault: { kind: 'crash-after' },
        deed: (simulation) => {
          void does('moves the user to a protected path')(simulation)
          void does('deletes the old key')(simulation)
        },
      },
    ],
    holds: ['protected'],
  }),
  directed('the user is deleted while a replacement is made', {
    script: [{ at: 'mutations.create', nth: 1, deed: does('deletes the user') }],
    facts: ['issuing resolved'],
  }),
  directed('the user is deleted after a key was lost', {
    script: [
      {
        at: 'mutations.create',
        nth: 1,
        fault: { kind: 'crash-after' },
        deed: soon('deletes the user'),
      },
    ],
    facts: ['resolved rotation-abandoned'],
  }),
  directed('the owner deletes a key that is held with its new key stored', {
    script: [
      {
        at: 'handovers.store',
        nth: 1,
        deed: (simulation) => {
          void holdAll(simulation)
          simulation.later(hourMs, () => does('deletes the old key')(simulation))
        },
      },
      { at: 'rotate ledger.commit', nth: 1, when: isHeld, fault: { kind: 'crash-before' } },
    ],
    facts: ['resolved rotation-abandoned'],
  }),
  directed('the owner deletes a key that is held and uses its new one', {
    script: [
      {
        at: 'handovers.store',
        nth: 1,
        deed: (simulation) => {
          void holdAll(simulation)
          simulation.later(hourMs, () => use(simulation, keysHeld(ann(simulation))[1]))
          simulation.later(2 * hourMs, () => does('deletes the old key')(simulation))
        },
      },
    ],
    facts: ['resolved rotation-abandoned'],
  }),
  directed('the owner deletes a key that is held with its new key lost', {
    script: [
      {
        at: 'mutations.create',
        nth: 1,
        fault: { kind: 'crash-after' },
        deed: (simulation) => {
          void holdAll(simulation)
          simulation.later(hourMs, () => does('deletes the old key')(simulation))
        },
      },
    ],
    facts: ['resolved rotation-abandoned'],
    recoveries: ['orphan-deleted'],
  }),
  directed('nobody can be reached', {
    organization: policy({ nag: { everyDays: 1 } }),
    begin: ({ unreachable }) => void unreachable.add('ann@example.com'),
    holds: ['owner-unreachable'],
  }),
  directed('nobody can be told of the replacement', {
    script: [
      {
        at: 'handovers.store',
        nth: 1,
        deed: ({ unreachable }) => void unreachable.add('ann@example.com'),
      },
    ],
    holds: ['owner-unreachable'],
  }),
  directed('the owner can be told of the replacement two days later', {
    script: [
      {
        at: 'handovers.store',
        nth: 1,
        deed: (simulation) => {
          simulation.unreachable.add('ann@example.com')
          simulation.later(2 * dayMs, () => simulation.unreachable.clear())
          simulation.later(2 * dayMs + hourMs, () => does('releases what is held')(simulation))
        },
      },
    ],
    facts: ['issued replacement-delivered'],
  }),
  directed('two deliveries have the same news', {
    script: [
      {
        at: 'messenger.send',
        nth: 2,
        fault: { kind: 'delay', ms: 5 * secondMs },
        deed: (simulation) => simulation.hintNotices(),
      },
    ],
  }),
  directed('the news waits for a day', {
    script: [
      {
        at: 'messenger.send',
        fault: { kind: 'throttle' },
        when: ({ now, books }) =>
          now < startsAt + 30 * hourMs &&
          [...books.entries.values()].some(({ state }) => state === 'issued'),
      },
    ],
  }),
  directed('the owner changes after the warning', {
    organization: without('deactivate', { nag: { everyDays: 1 } }),
    begin: at(0, 5, does('gives the user another owner')),
  }),
  directed('the replacement is not picked up', {
    onLetter: () => undefined,
    facts: ['deleted secret-kept'],
    days: 12,
  }),
  directed('a short retention', {
    organization: policy({}, { retentionDays: 0.3 }),
    facts: ['issued secret-retired'],
  }),
  directed('a short retention, and nobody picks it up', {
    organization: policy({}, { retentionDays: 0.3 }),
    onLetter: () => undefined,
    facts: ['issued secret-kept'],
    days: 8,
  }),
  ...(['picked up', 'not picked up'] as const).flatMap((how) =>
    ([2, 3.5] as const).map((retentionDays) =>
      directed(`an old key comes back, ${how}, retention ${retentionDays}`, {
        organization: slow({ retentionDays }),
        begin: both(at(3, 12, does('switches a key off')), at(4, 6, does('switches a key on'))),
        ...(how === 'picked up' ? {} : { onLetter: () => undefined }),
        facts: [
          'escalated rotation-opened',
          `${retentionDays === 2 ? 'nagging' : 'escalated'} secret-${how === 'picked up' ? 'retired' : 'kept'}`,
        ],
        days: 20,
      }),
    ),
  ),
  ...(['picked up', 'not picked up'] as const).map((how) =>
    directed(`an old key is settled by its owner, ${how}`, {
      begin: at(0, 12, does('switches a key off')),
      ...(how === 'picked up' ? {} : { onLetter: () => undefined }),
      facts: [`resolved secret-${how === 'picked up' ? 'retired' : 'kept'}`],
    }),
  ),
  directed('a reminder comes back', {
    organization: byMail(),
    begin: comesBack(minuteMs, 6),
    facts: ['nagging delivery-withdrawn'],
  }),
  directed('a reminder comes back while a replacement is made', {
    organization: byMail(),
    begin: ({ bouncing }) => void bouncing.set('ann@example.com', 11 * dayMs),
    script: [
      {
        at: 'handovers.prepare',
        nth: 1,
        fault: { kind: 'delay', ms: minuteMs },
        deed: (simulation) => {
          simulation.bouncing.clear()
          for (const { messageId } of simulation.letters.all) simulation.bounce(messageId)
        },
      },
    ],
    facts: ['issuing delivery-withdrawn', 'issuing rotation-abandoned', 'deactivated deleted'],
  }),
  directed('a key gets another owner while the one before is told', {
    organization: without('deactivate'),
    script: [
      {
        at: 'notify messenger.send',
        nth: 1,
        deed: async (simulation) => {
          ann(simulation).tags = { owner: 'other@example.com' }
          for (const entry of simulation.books.entries.values()) {
            const owner = { ...entry.owner, id: 'other@example.com', email: 'other@example.com' }
            const { status, lastUsed, userName, userPath, policy: name } = entry
            const audience = 'owner:other@example.com'
            const sighting = { status, lastUsed, userName, userPath, owner, policy: name, audience }
            await simulation.operate(entry.accessKeyId, () => ({
              kind: 'observed',
              sighting,
              rule: 'the tag says so',
            }))
          }
        },
      },
    ],
    facts: ['nagging deactivated'],
  }),
  directed('every mail comes back', {
    organization: byMail({ nag: { everyDays: 1, via: ['email'] } }),
    begin: comesBack(minuteMs, 11 * 24),
    holds: ['owner-unreachable'],
  }),
  directed('the news of a replacement comes back', {
    organization: byMail(),
    begin: at(0, 1, (simulation) => {
      simulation.later(7 * minuteMs, () => comesBack(hourMs, 6)(simulation))
    }),
    facts: ['issued delivery-withdrawn'],
  }),
  directed('the news of a replacement comes back, and is told again after the release', {
    organization: byMail(),
    begin: both(
      at(0, 1, (simulation) => {
        simulation.later(7 * minuteMs, () => comesBack(hourMs, 6)(simulation))
      }),
      at(2, 5, does('releases what is held')),
    ),
    holds: ['owner-unreachable'],
    facts: ['issued delivery-withdrawn', 'deactivated deleted'],
  }),
  directed('the news of a replacement comes back after the deactivation', {
    organization: byMail(),
    begin: at(0, 1, (simulation) => {
      simulation.later(7 * minuteMs, () => comesBack(30 * hourMs, 6)(simulation))
    }),
    facts: ['deactivated delivery-withdrawn'],
  }),
  directed('a reminder comes back when all is over', {
    organization: byMail(),
    begin: comesBack(8 * dayMs, 6),
    facts: ['deleted delivery-withdrawn'],
  }),
  directed('a reminder comes back before the deactivation it announced', {
    organization: without('deactivate', { nag: { everyDays: 7, via: ['email'] } }),
    begin: comesBack(20 * hourMs, 6),
    facts: ['nagging delivery-withdrawn'],
  }),
  directed('the ladder has two rungs', { organization: slow({}), facts: ['escalated escalated'] }),
  directed('a ladder to a deactivation', {
    organization: without('deactivate', ladder, { afterNags: 4 }),
    facts: ['escalated deactivated'],
  }),
  directed('the owner changes while nagged, and while escalated', {
    organization: slow({}),
    begin: both(
      at(0, 12, does('gives the user another owner')),
      at(2, 12, does('takes the owner away')),
    ),
    facts: ['nagging observed', 'escalated observed'],
  }),
  directed('the owner is out of reach after the ladder', {
    organization: slow({}),
    begin: at(1, 12, does('cannot be reached for a day')),
    facts: ['escalated nag-undelivered'],
  }),
  directed('the owner deletes a nagged key', {
    organization: slow({}),
    begin: at(0, 12, does('deletes the old key')),
    facts: ['nagging resolved'],
  }),
  directed('the owner deletes an escalated key', {
    organization: slow({}),
    begin: at(2, 12, does('deletes the old key')),
    facts: ['escalated resolved'],
  }),
  directed('an old key comes back after its replacement is gone', {
    begin: both(
      at(0, 12, does('switches a key off')),
      at(1, 4, does('deletes the new key')),
      at(1, 6, does('switches a key on')),
    ),
    facts: ['resolved reopened', 'issuing secret-retired'],
  }),
  directed('an account cannot be read', {
    script: [{ at: 'scan iam.credentialReport', fault: { kind: 'denied' } }],
    days: 3,
  }),
  directed('a page of users is short', {
    script: [{ at: 'scan iam.users', nth: 2, fault: { kind: 'stale' } }],
  }),
]
