{{ policy_rows('contact_remedies', key=['error_code'], columns=['finding', 'remedy']) }}
