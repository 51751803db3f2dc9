import { wholeDaysContract } from './whole-days.contract.ts'
import { liveWholeDays } from './whole-days.ts'

wholeDaysContract('keynag', () => liveWholeDays())
