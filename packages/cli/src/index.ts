export type { OpenSandbox, Place } from './place.ts'
export type { StartSandboxAws } from './sandbox-aws.ts'
export { processShell } from './process-shell.ts'
export { runKeynag } from './program.ts'
