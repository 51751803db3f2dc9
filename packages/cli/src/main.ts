import { runKeynag } from './program.ts'
import { processShell } from './shell/shell.ts'

/** `keynag` where there is nothing but the packages that it needs, such as in a container. */
process.exitCode = await runKeynag(process.argv.slice(2), processShell())
