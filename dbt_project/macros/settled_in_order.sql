{#
    Credits set against debits, first against first, within each pool: nothing beyond what either has.

    Laid end to end, the credits of a pool and its debits are two rulers; where a credit and a debit lie
    over each other, the one settles the other. `settled_in_order` compares every credit of a pool with
    every debit: right for the few rows of an invoice. `settled_in_long_order` walks the marks of both
    rulers once: right for a debtor with thousands of each. Both give the same.

    credits  CTE with pool, credit_no, amount, and the columns of the order
    debits   CTE with pool, item_no, queue_place, amount; settled in the order of queue_place
    carried  a column of the credits to hand on with what they settle
#}
{% macro settled_in_order(credits, debits, credit_order=none, carried=none) %}
    select
        {% if carried %}credit_ruler.{{ carried }},
        {% endif %}credit_ruler.credit_no,
        debit_ruler.item_no,
        cast(
            least(credit_ruler.mark, debit_ruler.mark)
            - greatest(credit_ruler.mark - credit_ruler.amount, debit_ruler.mark - debit_ruler.amount)
            as decimal(18, 2)
        ) as allocated_amount
    from (
        {{ ruler(credits, 'credit_no', credit_order or order_of_credits(), carried=carried) }}
    ) as credit_ruler
    inner join ({{ ruler(debits, 'item_no', 'queue_place') }}) as debit_ruler
        on
            credit_ruler.pool = debit_ruler.pool
            and credit_ruler.mark - credit_ruler.amount < debit_ruler.mark
            and debit_ruler.mark - debit_ruler.amount < credit_ruler.mark
{% endmacro %}


{% macro settled_in_long_order(credits, debits, credit_order=none) %}
    with

    credit_ruler as (
        {{ ruler(credits, 'credit_no', credit_order or order_of_credits(), is_ranked=true) }}
    ),

    debit_ruler as (
        {{ ruler(debits, 'item_no', 'queue_place', is_ranked=true) }}
    ),

    marks as (
        select
            pool,
            mark,
            sum(credits) as credits,
            sum(debits) as debits
        from (
            select pool, mark, 1 as credits, 0 as debits from credit_ruler
            union all
            select pool, mark, 0 as credits, 1 as debits from debit_ruler
        ) as ends
        group by pool, mark
    ),

    -- Each stretch between two neighbouring marks lies within one credit and one debit.
    stretches as (
        select
            pool,
            mark - coalesce(
                lag(mark) over (partition by pool order by mark nulls last), 0
            ) as amount,
            1 + coalesce(sum(credits) over (
                partition by pool order by mark nulls last
                rows between unbounded preceding and 1 preceding
            ), 0) as credit_rank,
            1 + coalesce(sum(debits) over (
                partition by pool order by mark nulls last
                rows between unbounded preceding and 1 preceding
            ), 0) as debit_rank
        from marks
    )

    select
        credit_ruler.credit_no,
        debit_ruler.item_no,
        cast(stretches.amount as decimal(18, 2)) as allocated_amount
    from stretches
    inner join credit_ruler
        on stretches.pool = credit_ruler.pool and stretches.credit_rank = credit_ruler.place
    inner join debit_ruler
        on stretches.pool = debit_ruler.pool and stretches.debit_rank = debit_ruler.place
{% endmacro %}


{# The end of each row on its pool's ruler, and its place in the pool; rows of nothing leave no mark. #}
{% macro ruler(rows, row_id, row_order, carried=none, is_ranked=false) -%}
    select
        pool,
        {{ row_id }},
        {% if carried %}{{ carried }},
        {% endif %}amount,
        {% if is_ranked %}row_number() over (partition by pool order by {{ row_order }}) as place,
        {% endif %}cast(sum(amount) over (
            partition by pool order by {{ row_order }}
            rows between unbounded preceding and current row
        ) as decimal(18, 2)) as mark
    from {{ rows }}
    where amount > 0
{%- endmacro %}


{# Within a step credits go by date; on one day write-offs, credit notes, adjustments, receipts; then by id. #}
{% macro order_of_credits() -%}
    credited_on nulls last, type_order nulls last, credit_id nulls last
{%- endmacro %}
