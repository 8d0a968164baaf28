select
    policy_row,
    signal,
    support,
    wording,
    cast(repeat_months as bigint) as repeat_months,
    effective_from,
    effective_to
from (
    {{ policy_rows(
        'support_offers',
        key=['signal'],
        columns=['support', 'wording', 'repeat_months']
    ) }}
) as policy_rows
