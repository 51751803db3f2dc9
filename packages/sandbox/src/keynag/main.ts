#!/usr/bin/env node
import { processShell, runKeynag } from '@keynag/cli'
import { openSandbox } from './open-sandbox.ts'
import { startFirstDay } from './start-first-day.ts'

process.exitCode = await runKeynag(process.argv.slice(2), processShell(), {
  openSandbox,
  startSandboxAws: startFirstDay,
})
