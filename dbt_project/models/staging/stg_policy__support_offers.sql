select
    policy_row,
    signal_code,
    support,
    wording,
    cast(repeat_months as bigint) as repeat_months,
    effective_from,
    effective_to
from (
    {{ policy_rows(
        'support_offers',
        key=['signal_code'],
        columns=['support', 'wording', 'repeat_months']
    ) }}
) as policy_rows
