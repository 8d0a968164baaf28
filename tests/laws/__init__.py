"""The laws of the ledger: worked examples as data, a second opinion, what must always hold."""
