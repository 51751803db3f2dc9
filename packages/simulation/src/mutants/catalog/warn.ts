import { mutant, type Mutant } from '../mutant.ts'

const decide = 'core/src/key/decide.ts'
const nextDeed = 'core/src/key/next-deed.ts'
const evolve = 'core/src/key/evolve.ts'
const announcement = 'core/src/key/announcement.ts'

/** When an owner counts as warned. */
export const warnMutants: readonly Mutant[] = [
  mutant(
    'date: a former owner is told that it does not count any more, when a scan finds another owner',
    'engine/src/scanner/scan.ts',
    '  ...noticesToFormer(before, after, now),\n',
    '',
  ),
  mutant(
    'date: a former owner is told that it does not count any more, when the rotator finds another owner',
    'engine/src/rotator/record-decided.ts',
    '...noticesToFormer(entry, change.after, now),',
    '',
  ),
  mutant(
    'warning: only a delivered nag counts',
    'engine/src/notifier/nag.ts',
    "return { kind: 'nag-undelivered', noticeId, why }",
    "const sent = { channel: 'email', to: entry.owner.email ?? '', messageId: 'none' }\n    return { kind: 'nagged', noticeId, delivery: sent, ...announcedIn(notice, entry), rule: why }",
  ),
  mutant(
    'warning: only a key that the message names is warned',
    'engine/src/notifier/nag.ts',
    "sent.kind === 'delivered' ? sent.named : due.map(idOf)",
    'due.map(idOf)',
  ),
  mutant(
    'warning: enforcement needs a warning of the same action',
    nextDeed,
    'const warned = standingWarning(entry, enforce)\n  const isTold = warned !== undefined && entry.nagCount >= enforce.afterNags',
    'const warned = entry.warned\n  const isTold = true',
  ),
  mutant(
    'warning: enforcement waits for the grace, and for the date that the message shows',
    nextDeed,
    'plusDays(warned?.at ?? now, grace),\n    warned?.notBefore,',
    'warned?.at,',
  ),
  mutant(
    'warning: a new owner is warned again',
    evolve,
    'if (owner.id === entry.owner.id) {',
    'if (owner.id !== undefined) {',
  ),
  mutant(
    'off and on: what was announced before does not count',
    evolve,
    'if (anew === true) return uncounted(unannounced(entry))\n',
    '',
  ),
  ...(
    [
      ['create', 'const { seen, entry } = state\n'],
      ['deactivation', 'const { seen, entry, enforce, now } = state\n'],
    ] as const
  ).map(([step, before]) =>
    mutant(
      `off and on: the ${step} does not come before the scan that sees the key on`,
      'core/src/key/rotation-plan.ts',
      `${before}  if (old?.status !== 'Active' || entry.status !== 'Active')`,
      `${before}  if (old?.status !== 'Active')`,
    ),
  ),
  mutant(
    'deletion: it needs the delivered message about the deactivation',
    nextDeed,
    'isTold: announced !== undefined',
    'isTold: true',
  ),
  mutant(
    'deletion: an owner who cannot be told of the deactivation is a hold',
    'engine/src/notifier/deliver-notice.ts',
    "kind === 'replacement-found' || kind === 'deactivated'",
    "kind === 'replacement-found' || (kind === 'deactivated' && Math.PI < 3)",
  ),
  mutant(
    'deletion: its grace begins with the message that names the date',
    nextDeed,
    'latest(deletionAnnounced.notBefore, plusDays(deletionAnnounced.at, graceDays))',
    'plusDays(deletionAnnounced.at, graceDays / 2)',
  ),
  mutant(
    'deletion: a new owner is told the date again',
    announcement,
    'const { warned: _warned, deletionAnnounced: _deletionAnnounced, ...rest } = entry',
    'const { warned: _warned, ...rest } = entry',
  ),
  mutant(
    'said: nobody is told of a deactivation that is over',
    'engine/src/notifier/compose-notice.ts',
    'if (!isStillOff(entry) || entry',
    'if (entry',
  ),
  mutant(
    'said: nobody is told a date on which keynag does nothing',
    nextDeed,
    'if (policy === undefined || !isActedOn(entry, policies, now)) return undefined',
    'if (policy === undefined) return undefined',
  ),
  mutant(
    'said: a nag does not name a key in dry run',
    'engine/src/notifier/nag.ts',
    '.filter((entry) => isNamed(entry, policies))',
    '',
  ),
  {
    guard: 'said: a nag announces nothing of an exempt key',
    patches: [
      {
        file: 'core/src/key/key-card.ts',
        from: 'if (exemptUntil > now && entry.hold === undefined) return',
        to: 'if (exemptUntil < 0) return',
      },
      { file: nextDeed, from: 'return isArmed && !isExempt &&', to: 'return isArmed &&' },
    ],
  },
  mutant(
    'said: reminders go on while enforcement is postponed',
    nextDeed,
    'isPutOff ? postponed.until : earliest)',
    'earliest)',
  ),
  mutant(
    'said: a date that does not stand is called off',
    decide,
    "if (off !== undefined) return { kind: 'call-off', ...off }",
    '',
  ),
  mutant(
    'said: a new date is at least a day ahead',
    'core/src/key/date-read.ts',
    'nextUtcDay(plusDays(now, 1))',
    'plusDays(now, 0)',
  ),
  mutant(
    'said: a deed whose date is long over gets a new one first',
    nextDeed,
    'now > plusDays(read, retoldDays(policy))',
    'now > plusDays(read, 9e6)',
  ),
  mutant(
    'said: what was called off is announced anew',
    announcement,
    '...(movedTo === undefined ? unannounced(entry) : announcedFor(entry, movedTo)),',
    '...announcedFor(entry, movedTo),',
  ),
  mutant(
    'said: a date to which a deed was moved binds',
    announcement,
    'if (notBefore === undefined) return entry',
    'if (notBefore !== -1) return entry',
  ),
  mutant(
    'warning: a deletion that became final is announced anew',
    'core/src/key/warning.ts',
    '(warned.isFinal === true || isFinal === undefined)',
    '(warned.isFinal === true || isFinal !== false)',
  ),
  mutant(
    'warning: the news of a replacement is sent anew when the deletion became final',
    'core/src/key/warning.ts',
    'isToldFinal === true || !isFinal(enforce) ? deliveredAt : undefined',
    'isToldFinal === true || !isFinal(enforce) ? deliveredAt : deliveredAt',
  ),
  mutant(
    'deletion: an owner who was not told that it is final gets the grace of a warning',
    nextDeed,
    'isFinal(enforce) && !wasToldFinal(entry)',
    'isFinal(enforce) && recoveryDays < 0',
  ),
  mutant(
    'warning: another policy warns anew',
    'core/src/key/warning.ts',
    '(warned.policy ?? policy) === policy',
    '(warned.policy ?? policy) !== undefined',
  ),
  mutant(
    'said: a date is called off where the next reminder comes after it',
    'core/src/key/call-off.ts',
    ' &&\n    isInTime(entry, policy, now)',
    '',
  ),
  mutant(
    'said: a reminder in a channel does not call a date off',
    'core/src/key/call-off.ts',
    'policy.nag.via.every(isPersonal)',
    'policy.nag.via.some(isPersonal)',
  ),
  mutant(
    'said: a hold that was released takes back what was announced',
    evolve,
    ': begunAnew(released)',
    ': released',
  ),
  mutant(
    'said: a hold while a replacement is made takes back what was announced',
    evolve,
    'return fact.anew === undefined ? released',
    "return fact.anew === undefined || entry.state === 'issuing' ? released",
  ),
  mutant(
    'said: after a release, a date that does not stand is called off again',
    announcement,
    '  const { calledOff: _, ...shown } = rest.shown\n',
    '  const { shown } = rest\n',
  ),
  mutant(
    'escalation: the reminders of a former owner do not count',
    evolve,
    'return withoutDate(withoutFailures(uncounted(unannounced(entry))))',
    'return { ...withoutDate(withoutFailures(uncounted(unannounced(entry)))), nagCount: entry.nagCount, escalationLevel: entry.escalationLevel }',
  ),
  mutant(
    'escalation: each rung of the ladder has its own message, however late',
    'engine/src/notifier/compose-notice.ts',
    'ofNotice ?? entry.escalationLevel',
    'Math.max(ofNotice ?? 0, entry.escalationLevel)',
  ),
  mutant(
    'letter: an escalation says how old the key is',
    'engine/src/notifier/compose-notice.ts',
    '`the key is ${daysText(ageDays)} old`',
    '`the key is ${daysText(atDay ?? ageDays)} old`',
  ),
  mutant(
    'escalation: one rung per nag period',
    decide,
    'at: later(at, afterLastRung(entry, policy)) }',
    'at: later(at, epochMs(afterLastRung(entry, policy) * 0)) }',
  ),
  mutant(
    'warning: a new owner is told of the replacement again',
    evolve,
    'withoutFailures(uncounted(unannounced(entry)))',
    'withoutFailures(uncounted(unwarned(entry)))',
  ),
  mutant(
    'warning: an exemption takes back what was announced',
    evolve,
    'return { ...unannounced(entry), exemption }',
    'return { ...entry, exemption }',
  ),
  mutant(
    'nag: one nag per period',
    'core/src/key/reminder.ts',
    ': [plusDays(lastNaggedAt, everyDays), `keynag sends',
    ': [plusDays(lastNaggedAt, 0), `keynag sends',
  ),
  mutant(
    'nag: a date that does not stand is replaced before it passes',
    'core/src/key/reminder-time.ts',
    'date === undefined || date >= next.at) return next',
    'date === undefined || date >= 0) return next',
  ),
  mutant(
    'nag: a date in a reminder that is not recorded is taken back',
    'engine/src/notifier/nag.ts',
    'if (read !== undefined) await recordDateRead(ports, read, entry, actor)',
    '',
  ),
  mutant(
    'notice: a date in a message that is not recorded is taken back',
    'engine/src/notifier/deliver-notice.ts',
    'if (read !== undefined) await recordDateRead(ports, read, entry, actor)',
    '',
  ),
  mutant(
    'notice: the reader of a date that nobody recorded is told, though the owner changed',
    'engine/src/notifier/date-read.ts',
    'if (entry.owner.id !== told.owner.id) return tellReader(ports, read, told, now)',
    '',
  ),
  mutant(
    'nag: a recorded nag is not recorded again',
    'engine/src/notifier/nag.ts',
    'if (entry.lastNoticeId === notice.noticeId) return undefined',
    '',
  ),
  mutant(
    'nag: a key whose owner changed is not counted as nagged',
    'engine/src/notifier/nag.ts',
    'if (!isToOwner(delivery, entry.owner)) return undefined',
    '',
  ),
  mutant(
    'nag: a post in a channel is no reminder to the owner',
    'engine/src/notifier/nag.ts',
    "? { kind: 'posted', noticeId, delivery }",
    "? { kind: 'nagged', noticeId, delivery, ...announcedIn(notice, entry), rule: 'a post' }",
  ),
  mutant(
    'nag: it announces what the message said, and not what the key is by now',
    'engine/src/notifier/nag.ts',
    '? nagFact(notice, entry)',
    '? nagFact({ ...notice, said: [saidOf(entry, ports.organization.policies, at)] }, entry)',
  ),
  mutant(
    'warning: keys with other readers get a message of their own',
    'engine/src/notifier/nag.ts',
    'member.audience === entry.audience && haveSameReaders(member, entry, ports)',
    'member.audience === entry.audience',
  ),
  mutant(
    'bounce: an automatic reply leaves the delivery standing',
    'engine/src/bounces/ses-event.ts',
    "if (isAutomaticReply(bounce)) return { kind: 'other', what: 'an automatic reply' }",
    '',
  ),
  mutant(
    'bounce: a transient failure with a status is no automatic reply',
    'engine/src/bounces/ses-event.ts',
    'action === undefined && status === undefined && diagnosticCode === undefined',
    '[action, status, diagnosticCode].length === 3',
  ),
  mutant(
    'bounce: no replacement is created after a bounced warning',
    decide,
    'if (entry.warned === undefined) return abandon',
    'if (entry.nagCount < 0) return abandon',
  ),
  mutant(
    'bounce: a bounced warning does not count',
    announcement,
    'wasWarning ? unwarned(entry) : entry',
    'wasWarning && failed < 0 ? unwarned(entry) : entry',
  ),
  mutant(
    'bounce: a moved date that nobody read is announced anew',
    'engine/src/bounces/withdraw.ts',
    "noticeId === notice.noticeId ? 'call-off' : undefined",
    "noticeId === notice.userName ? 'call-off' : undefined",
  ),
  mutant(
    'bounce: the owner goes by the date in the message before',
    announcement,
    'before === undefined ? withoutDate(entry) : { ...entry, shown: before }',
    'before === null ? entry : withoutDate(entry)',
  ),
  mutant(
    'bounce: a bounced announcement of the replacement is not delivered',
    announcement,
    'return { ...entry, ...mark, handover: untold(handover) }',
    'return { ...entry, ...mark, handover }',
  ),
]
