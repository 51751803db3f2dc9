import type { VirtualClock } from '../clock.ts'
import type { Identifiers } from '../identifiers.ts'
import type { EventRecorder } from './event-recorder.ts'
import type { History } from './history.ts'
import type { KeyRing } from './key-ring.ts'
import type { Organization } from './organization.ts'
import type { Sessions } from './sessions.ts'
import type { Settings } from './settings.ts'

/** The parts of a world, as the functions that read and change it take them. */
export interface WorldState {
  readonly clock: VirtualClock
  readonly settings: Settings
  readonly ids: Identifiers
  readonly organization: Organization
  readonly history: History
  readonly keys: KeyRing
  readonly sessions: Sessions
  readonly events: EventRecorder
}
