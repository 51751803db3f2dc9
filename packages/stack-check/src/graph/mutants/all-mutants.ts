import { dataMutants } from './data.ts'
import { functionMutants } from './functions.ts'
import { memberRoleMutants } from './member-roles.ts'
import { permissionMutants } from './permissions.ts'
import { queueMutants } from './queues.ts'
import { schedulesAndAlarmsMutants } from './schedules-and-alarms.ts'
import { stageMutants } from './stages.ts'
import type { Mutant } from './mutant.ts'

/** The mutants that show without bundling the handlers: see `bundles.ts` for the others. */
export const stackMutants: readonly Mutant[] = [
  ...queueMutants,
  ...functionMutants,
  ...permissionMutants,
  ...dataMutants,
  ...schedulesAndAlarmsMutants,
  ...memberRoleMutants,
  ...stageMutants,
]
