{{ policy_table('write_off_evidence_keys') }}
