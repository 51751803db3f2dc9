import { configureGlobal } from 'fast-check'

/**
 * The same properties are tried in every run, so that a red gate is about the change at hand.
 * `KEYNAG_PROPERTY_SEED=$RANDOM npx pnpm test` looks further; a failure prints its seed.
 */
configureGlobal({ seed: Number(process.env['KEYNAG_PROPERTY_SEED'] ?? '1') })
