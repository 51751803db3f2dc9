import { runKeynag } from './program.ts'
import { processShell } from './shell/shell.ts'

/** `keynag` with only the packages that it needs, as in a container: there is no sandbox. */
process.exitCode = await runKeynag(process.argv.slice(2), processShell())
