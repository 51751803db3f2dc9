import { mutantIn, type Mutant } from './mutant.ts'

const config = mutantIn('sst.config.ts')

/** Mutants of the stages as a whole. */
export const stageMutants: readonly Mutant[] = [
  config(
    'a production stage that can be removed',
    'productionIsKept',
    "removal: isProduction ? 'retain' : 'remove'",
    "removal: 'remove'",
  ),
  config(
    'a staging stage that cannot be removed',
    'productionIsKept',
    "removal: isProduction ? 'retain' : 'remove'",
    "removal: 'retain'",
    'staging',
  ),
  config(
    'a function that is not deployed',
    'everyHandlerIsDeployed',
    'const { bounces, topic: mailEvents } = createBounces(wiring, dataKey)',
    'const { bounces, topic: mailEvents } = { bounces: scanning.scanner, topic: new aws.sns.Topic("Events") }',
  ),
]
