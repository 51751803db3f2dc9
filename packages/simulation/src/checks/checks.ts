import type { CapCount, Message, Write } from '@keynag/core'
import type { SimKey, SimUser } from '../estate.ts'
import type { Invocation } from '../invocation.ts'
import type { Letter } from '../letters.ts'
import type { DeadLetter } from '../queues.ts'
import type { CheckedRun } from './checked-run.ts'
import { DeadLettersPerDay } from './dead-letters.ts'
import {
  checkSecretIsNotRetiredEarly,
  checkSecretIsStored,
  checkSecretIsThere,
} from './i01-secret-stays-available.ts'
import { checkNoSecret } from './i02-secrets-stay-secret.ts'
import { checkNoThirdKey } from './i03-no-third-key.ts'
import { checkReplacementIsFetched, checkReplacementWorks } from './i04-replacement-works.ts'
import {
  checkDeactivationIsOurs,
  checkKeyIsInactive,
  checkNobodyChangedIt,
  checkNotHeld,
  checkOrphan,
  checkOrphanRested,
  checkRecoveryGrace,
  checkReplacementIsInReach,
  checkUserHasAKey,
} from './i05-deletion-is-safe.ts'
import {
  checkNotDeactivatedAgain,
  checkReactivationHappened,
} from './i06-reactivated-key-is-left-alone.ts'
import { checkNotInUse } from './i07-key-in-use-stays.ts'
import { checkFence, checkRotationWrite } from './i08-one-rotation-per-user.ts'
import { checkNotSentTwice, checkOneNewKey, OncePerPeriod } from './i09-once.ts'
import { checkLedgerIsTrue } from './i11-ledger-is-true.ts'
import { checkOneReminder } from './i09-one-reminder.ts'
import { checkTransition } from './i10-allowed-transitions.ts'
import {
  checkDeletionIsTrue,
  checkResolutionIsTrue,
  checkScansHaveResults,
} from './i11-scans-are-complete.ts'
import {
  Caps,
  checkChangeIsNotFrozen,
  checkCreatedKeysAreStored,
  checkNoNagInDryRun,
  checkPolicyEnforces,
  checkStepIsNotFrozen,
  checkWindow,
} from './i12-limits.ts'
import { checkNotInQuietTime } from './i12-quiet.ts'
import { checkNotExempt, checkUserIsNotProtected } from './i13-right-target.ts'
import { checkUserIsAsRecorded } from './i13-as-recorded.ts'
import { checkInstallationIsAskedFor, checkIsInstalled } from './i13-uninstalled.ts'
import { checkIsUnderstood } from './i14-is-understood.ts'
import { checkDateIsKept } from './i14-date-is-kept.ts'
import { checkDeedIsOnItsDate } from './i14-deed-on-its-date.ts'
import { checkNaggedOwner, checkReaderIsOwner } from './i14-reader-is-owner.ts'
import {
  checkBouncesAreWithdrawn,
  checkToldOfDeletion,
  checkWarnedBefore,
} from './i14-warned-before.ts'
import { checkSaidIsTrue } from './i14-said-is-true.ts'
import {
  checkHoldsAreHeard,
  checkNoKeyIsLeft,
  checkNoSecretIsLeft,
  checkNothingIsOpen,
  checkReplacementIsGone,
} from './i15-everything-ends.ts'
import {
  checkAccountsAreNoted,
  checkDoneOnKnowledge,
  checkSaidOnKnowledge,
} from './i16-knowledge-is-fresh.ts'
import type { Change, Mutation } from './mutation.ts'
import { checkOwnDeedsAreRecorded, checkRollbackIsNotRefused } from './own-deeds.ts'
import type { Violation } from './violation.ts'

/**
 * Checks the invariants of docs/rotation.md. The models call it whenever keynag writes or changes
 * something, before it takes effect, and it compares that with what is true in the estate.
 */
export class Checks {
  readonly violations: Violation[] = []
  /** The transitions that happened, such as `issued deactivated`. */
  readonly transitions = new Set<string>()
  /** The codes of the holds that happened. */
  readonly holds = new Set<string>()
  /** Replacements that the ledger has recorded as issued. */
  readonly issued = new Set<string>()
  /** Keys whose last events CloudTrail did not show when keynag last asked: it could not know them. */
  readonly trailLate = new Set<string>()
  readonly #simulation: CheckedRun
  readonly #oncePerPeriod = new OncePerPeriod()
  readonly #caps = new Caps()
  readonly #deadLetters = new DeadLettersPerDay()

  constructor(simulation: CheckedRun) {
    this.#simulation = simulation
  }

  violated(invariant: Violation['invariant'], sentence: string): void {
    this.violations.push({ invariant, sentence, at: this.#simulation.now })
  }

  /** The function wrote a text that somebody may read. */
  wrote(where: string, text: string): void {
    checkNoSecret(this.#simulation, where, text)
  }

  /** The function creates a key. */
  creates(invocation: Invocation, user: SimUser, session: string): void {
    const change = this.#change(invocation, user, 'create')
    const mutation = change && this.#mutation(change)
    if (mutation === undefined) return
    checkNoThirdKey(mutation, user)
    checkOneNewKey(mutation, user, session)
    checkSecretIsThere(mutation)
    this.#checkLimits(mutation, user)
    checkWarnedBefore(mutation)
  }

  /** The function deactivates a key. */
  deactivates(invocation: Invocation, key: SimKey): void {
    const change = this.#change(invocation, key.user, 'deactivate')
    if (change === undefined) return
    if (key.id !== change.rotation.accessKeyId) {
      checkOrphan(change, key)
      return
    }
    const mutation = this.#mutation(change)
    if (mutation === undefined || key.status !== 'Active') return
    checkReplacementWorks(mutation, key)
    checkReplacementIsFetched(mutation, key)
    checkNotDeactivatedAgain(mutation, key)
    checkNotInUse(mutation, key)
    this.#checkLimits(mutation, key.user)
    checkWarnedBefore(mutation)
  }

  /** The function deletes a key. */
  deletes(invocation: Invocation, key: SimKey): void {
    const change = this.#change(invocation, key.user, 'delete')
    if (change === undefined) return
    checkKeyIsInactive(change, key)
    if (key.id !== change.rotation.accessKeyId) {
      checkOrphan(change, key)
      checkOrphanRested(change, key)
      return
    }
    const mutation = this.#mutation(change)
    if (mutation === undefined) return
    checkRecoveryGrace(mutation, key)
    checkNobodyChangedIt(mutation, key)
    checkToldOfDeletion(mutation)
    checkReplacementIsInReach(mutation)
    checkUserHasAKey(mutation, key)
    this.#checkLimits(mutation, key.user)
  }

  /** The function begins a step that changes no key. */
  begins(invocation: Invocation): void {
    checkStepIsNotFrozen(this.#simulation, invocation)
  }

  /** The function retires a hand-over secret. */
  retires(secretArn: string): void {
    checkSecretIsNotRetiredEarly(this.#simulation, secretArn)
  }

  /** The function sends a message. */
  sends(invocation: Invocation, message: Message): void {
    checkNoNagInDryRun(this.#simulation, invocation, message)
    checkNotInQuietTime(this.#simulation, invocation, message)
    checkNotSentTwice(this.#simulation, message)
    checkSaidIsTrue(this.#simulation, invocation, message)
    checkSaidOnKnowledge(this.#simulation, invocation, message)
    checkInstallationIsAskedFor(this.#simulation, invocation, message)
  }

  /** Somebody reads the message, or would read it. */
  arrives(letter: Letter): void {
    checkIsUnderstood(this.#simulation, letter)
  }

  /** A message reached a person, not a channel. */
  reaches(invocation: Invocation, message: Message, reader: string): void {
    checkReaderIsOwner(this.#simulation, invocation, message, reader)
    checkOneReminder(this.#simulation, invocation, message, reader)
  }

  /** A cap keeps keynag from a change. */
  refusesByCap(cap: CapCount): void {
    this.#caps.checkRefusal(this.#simulation, cap)
  }

  /** CloudTrail was asked who switched a key off. */
  readsTrail(accessKeyId: string, isLate: boolean): void {
    if (isLate) this.trailLate.add(accessKeyId)
    else this.trailLate.delete(accessKeyId)
  }

  /** keynag refused an operator's rollback. */
  refusesRollback(accessKeyId: string): void {
    checkRollbackIsNotRefused(this.#simulation, accessKeyId)
  }

  /** The function gives a message up. */
  parks(message: DeadLetter & { readonly reason: string }): void {
    this.#deadLetters.check(this.#simulation, message)
  }

  /** The function has come to its end. */
  ended(invocation: Invocation): void {
    checkCreatedKeysAreStored(this.#simulation, invocation)
  }

  /** The ledger has committed these writes, by a function or by an operator. */
  committed(invocation: Invocation | undefined, writes: readonly Write[]): void {
    const { organization } = invocation ?? this.#simulation
    for (const write of writes) {
      if (write.kind === 'entry') {
        checkTransition(this.#simulation, write)
        this.#oncePerPeriod.check(this.#simulation, organization, write)
        checkNaggedOwner(this.#simulation, write.after, write.fact)
      } else if (write.kind === 'rotation') {
        checkRotationWrite(this.#simulation, invocation, write)
      }
    }
    this.#simulation.books.note(writes, this.#simulation.now)
    for (const write of writes) if (write.kind === 'entry') this.#recorded(write)
  }

  #recorded({ after, fact }: Extract<Write, { kind: 'entry' }>): void {
    if (fact.kind === 'replacement-issued') {
      checkSecretIsStored(this.#simulation, fact.replacementKeyId)
    }
    if (fact.kind === 'deactivated') {
      checkDeactivationIsOurs(this.#simulation, after.accessKeyId, fact.rotationId)
    }
    if (fact.kind === 'deleted') checkDeletionIsTrue(this.#simulation, after)
    if (fact.kind === 'resolved') checkResolutionIsTrue(this.#simulation, after)
    if (fact.kind === 'held') {
      this.holds.add(after.hold?.code ?? 'none')
      checkReactivationHappened(this.#simulation, after)
      checkReplacementIsGone(this.#simulation, after)
    }
  }

  /** The run is over. */
  runEnded(): void {
    checkNoSecretIsLeft(this.#simulation)
    checkNoKeyIsLeft(this.#simulation)
    checkScansHaveResults(this.#simulation)
    checkLedgerIsTrue(this.#simulation)
    checkBouncesAreWithdrawn(this.#simulation)
    checkOwnDeedsAreRecorded(this.#simulation)
    checkNothingIsOpen(this.#simulation)
    checkDateIsKept(this.#simulation)
    checkHoldsAreHeard(this.#simulation)
    checkAccountsAreNoted(this.#simulation)
  }

  /** Checks the rules of every change, and returns it; undefined: it belongs to no rotation. */
  #change(invocation: Invocation, user: SimUser, what: Change['what']): Change | undefined {
    const simulation = this.#simulation
    const rotation = simulation.books.rotationOf(user)
    if (rotation === undefined) {
      this.violated('I13', `a key of ${user.name} was changed without a rotation`)
      return undefined
    }
    checkFence(simulation, invocation, user, rotation)
    checkUserIsNotProtected(simulation, invocation, user)
    checkChangeIsNotFrozen(simulation, invocation, rotation)
    const change = { simulation, invocation, what, rotation }
    checkDoneOnKnowledge(change)
    return change
  }

  #mutation(change: Change): Mutation | undefined {
    const entry = this.#simulation.books.entries.get(change.rotation.accessKeyId)
    return entry && { ...change, entry }
  }

  #checkLimits(mutation: Mutation, user: SimUser): void {
    checkUserIsAsRecorded(mutation, user)
    if (!checkPolicyEnforces(mutation)) return
    checkWindow(mutation)
    checkDeedIsOnItsDate(mutation)
    checkNotExempt(mutation)
    checkNotHeld(mutation)
    checkIsInstalled(mutation)
    this.#caps.check(mutation)
  }
}
