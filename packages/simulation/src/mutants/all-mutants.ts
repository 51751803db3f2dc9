import { accountMutants } from './catalog/accounts.ts'
import { createMutants } from './catalog/create.ts'
import { deactivateMutants } from './catalog/deactivate.ts'
import { deleteMutants } from './catalog/delete.ts'
import { handOverMutants } from './catalog/hand-over.ts'
import { installMutants } from './catalog/install.ts'
import { issueMutants } from './catalog/issue.ts'
import { leaseAndFenceMutants } from './catalog/lease-and-fence.ts'
import { letterMutants } from './catalog/letters.ts'
import { orphanMutants } from './catalog/orphan.ts'
import { periodMutants } from './catalog/periods.ts'
import { quietMutants } from './catalog/quiet.ts'
import { readMutants } from './catalog/reads.ts'
import { renameMutants } from './catalog/rename.ts'
import { scanMutants } from './catalog/scan.ts'
import { standingMutants } from './catalog/standing.ts'
import { stopMutants } from './catalog/stop.ts'
import { warnMutants } from './catalog/warn.ts'
import type { Mutant } from './mutant.ts'

/** Every mutant that the simulation must catch. */
export const mutants: readonly Mutant[] = [
  ...leaseAndFenceMutants,
  ...createMutants,
  ...orphanMutants,
  ...readMutants,
  ...renameMutants,
  ...installMutants,
  ...issueMutants,
  ...warnMutants,
  ...periodMutants,
  ...quietMutants,
  ...letterMutants,
  ...deactivateMutants,
  ...deleteMutants,
  ...standingMutants,
  ...stopMutants,
  ...handOverMutants,
  ...scanMutants,
  ...accountMutants,
]
