import { accountStories } from './accounts.ts'
import { announcedDates } from './announced-dates.ts'
import { harsherChanges } from './harsher-changes.ts'
import { announcements } from './announcements.ts'
import { bounces } from './bounces.ts'
import { changedStanding } from './changed-standing.ts'
import { changedUsers } from './changed-users.ts'
import { renamedUsers } from './renamed-users.ts'
import { reminderPeriods } from './reminder-periods.ts'
import { changesMeanwhile } from './changes-meanwhile.ts'
import { datesInFlight } from './dates-in-flight.ts'
import { quietTimes } from './quiet-times.ts'
import { endsAndReturns } from './ends-and-returns.ts'
import { deniedChanges } from './denied-changes.ts'
import { escalationsAndScans } from './escalations-and-scans.ts'
import { failingReads } from './failing-reads.ts'
import { failingStores } from './failing-stores.ts'
import { freezesWindowsCaps } from './freezes-windows-caps.ts'
import { handOverSecrets } from './hand-over-secrets.ts'
import { keysInUse } from './keys-in-use.ts'
import { lostAnswers } from './lost-answers.ts'
import { lostSecrets } from './lost-secrets.ts'
import { operators } from './operators.ts'
import { orphans } from './orphans.ts'
import { reactivatedKeys } from './reactivated-keys.ts'
import { secondDeliveries } from './second-deliveries.ts'
import { testedKeys } from './tested-keys.ts'
import { twoKeys } from './two-keys.ts'
import { unansweredCreates } from './unanswered-creates.ts'
import { unrecordedEffects } from './unrecorded-effects.ts'
import { unfetchedReplacements } from './unfetched-replacements.ts'
import { uninstalledReplacements } from './uninstalled-replacements.ts'
import type { Story } from './story.ts'

/** Every story, in the order in which it is played. */
export const stories: readonly Story[] = [
  ...unansweredCreates,
  ...failingReads,
  ...failingStores,
  ...orphans,
  ...testedKeys,
  ...unrecordedEffects,
  ...lostAnswers,
  ...reactivatedKeys,
  ...changesMeanwhile,
  ...datesInFlight,
  ...quietTimes,
  ...secondDeliveries,
  ...operators,
  ...freezesWindowsCaps,
  ...deniedChanges,
  ...keysInUse,
  ...twoKeys,
  ...changedUsers,
  ...changedStanding,
  ...renamedUsers,
  ...reminderPeriods,
  ...announcements,
  ...announcedDates,
  ...harsherChanges,
  ...handOverSecrets,
  ...lostSecrets,
  ...unfetchedReplacements,
  ...uninstalledReplacements,
  ...bounces,
  ...escalationsAndScans,
  ...endsAndReturns,
  ...accountStories,
]
