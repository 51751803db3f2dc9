export * from '../ledger/ledger.contract.ts'
export * from './ids.ts'
export * from './prepared.ts'
export * from './rows.ts'
