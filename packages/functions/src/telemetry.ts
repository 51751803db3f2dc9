import { Console } from 'node:console'
import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { KeynagError } from '@keynag/core'
import type { Telemetry } from '@keynag/engine'

/** Structured logs and embedded metrics on standard output, with Powertools. */
export function createTelemetry(serviceName: string): Telemetry {
  const logger = new Logger({ serviceName })
  // Powertools writes warnings and errors to standard error. All lines of a worker belong together.
  Reflect.set(logger, 'console', new Console(process.stdout))
  const metrics = new Metrics({ namespace: 'keynag', serviceName })
  return {
    info: (sentence, fields = {}) => logger.info(sentence, printable(fields)),
    warn: (sentence, fields = {}) => logger.warn(sentence, printable(fields)),
    error: (sentence, fields = {}) => logger.error(sentence, printable(fields)),
    count: (metric, value) => {
      metrics.singleMetric().addMetric(metric, MetricUnit.Count, value)
    },
  }
}

/** Errors carry requests and answers as causes, so the log gets only name, code and sentence. */
function printable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? brief(value) : value,
    ]),
  )
}

function brief(error: Error): Record<string, unknown> {
  const stack = error.stack
    ?.split('\n')
    .slice(1, 6)
    .map((line) => line.trim())
  return error instanceof KeynagError
    ? { name: error.name, code: error.code, message: error.message }
    : { name: error.name, message: error.message, stack }
}
