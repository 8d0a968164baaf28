select
    policy_row,
    signal_code,
    support_code,
    wording,
    cast(repeat_months as bigint) as repeat_months,
    effective_from,
    effective_to
from (
    {{ policy_rows(
        'support_offers',
        key=['signal_code'],
        columns=['support_code', 'wording', 'repeat_months']
    ) }}
) as policy_rows
