import { parseConfig } from '@keynag/core'
import config from '../../../keynag.config.ts'
import { parseEnvironment } from './environment.ts'
import { portsOf } from './ports-of.ts'
import type { Ports } from '@keynag/engine'

/** The ports of a deployed function, from its environment and `keynag.config.ts`. */
export const productionPorts = async (): Promise<Ports> =>
  portsOf(parseEnvironment(process.env), parseConfig(config))
