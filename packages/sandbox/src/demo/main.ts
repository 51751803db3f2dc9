import { KeynagError } from '@keynag/core'
import { demoUsage, parseDemoOptions } from './options.ts'
import { progressBar } from './progress.ts'
import { runDemo } from './run-demo.ts'

const say = (text: string): boolean => process.stdout.write(`${text}\n`)

async function main(argv: readonly string[]): Promise<number> {
  const options = parseDemoOptions(argv)
  if (options.help) {
    say(demoUsage)
    return 0
  }
  return runDemo(options, { say, onDay: progressBar(options.days, process.stderr) })
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof KeynagError)) throw error
  process.stderr.write(`${error.code}: ${error.message}\n${error.remedy}\n`)
  process.exitCode = 2
}
