export { doctorCatalog } from './commands/doctor/finding.ts'
export type { OpenSandbox, Place, StartSandboxAws } from './place/place.ts'
export { runKeynag } from './program.ts'
export { processShell } from './shell/shell.ts'
